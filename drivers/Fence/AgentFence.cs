using System.Text;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Fence;

/// <summary>
/// A script of the fence-agents collection (ClusterLabs): parameters as <c>name=value</c> lines on its standard input, so that none is in
/// the process list; <c>action=status</c> ends with 0 for on and 2 for off.
/// </summary>
/// <param name="script">Absolute path.</param>
/// <param name="parameters">Beside <c>action</c>.</param>
/// <param name="passwordFile">Read at every call and given as <c>password</c>; empty: none.</param>
public sealed class AgentFence(string script, IReadOnlyDictionary<string, string> parameters, string passwordFile) : IFenceDevice
{
    private const int IsOn = 0;
    private const int IsOff = 2;

    public FenceAnswer Off(CancellationToken abandon) => Told(Act("off", abandon));

    public FenceAnswer On(CancellationToken abandon) => Told(Act("on", abandon));

    public FenceAnswer Status(CancellationToken abandon)
    {
        var end = Act("status", abandon);
        var power = end.ExitCode switch { IsOff => FencePower.Off, IsOn => FencePower.On, _ => FencePower.Unknown };
        return new FenceAnswer(power, $"{Path.GetFileName(script)}: {end.Words}");
    }

    public void Dispose()
    {
    }

    private FenceAnswer Told(ProcessEnd end) => new(FencePower.Unknown, $"{Path.GetFileName(script)}: {end.Words}");

    private ProcessEnd Act(string action, CancellationToken abandon)
    {
        if (!File.Exists(script))
            return new ProcessEnd(null, "", $"{script} does not exist: install the package that has it (fence-agents)");
        var input = new StringBuilder($"action={action}\n");
        foreach (var (name, value) in parameters) input.Append(name).Append('=').Append(value).Append('\n');
        if (passwordFile.Length > 0)
        {
            if (Password(out var problem) is not { } password) return new ProcessEnd(null, "", problem);
            input.Append("password=").Append(password).Append('\n');
        }

        return ProcessRunner.Run([script], null, abandon, Encoding.UTF8.GetBytes(input.ToString()));
    }

    private string? Password(out string problem)
    {
        problem = "";
        try
        {
            return File.ReadAllText(passwordFile).Trim('\r', '\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"the password cannot be read: {fault.Message}";
            return null;
        }
    }
}
