using Appliance.Drivers.Script;

namespace Appliance.Drivers.Fence;

/// <summary>Commands of the operator's own. The status command says <c>off</c> or <c>on</c> as its last word: an exit code alone can be an
/// accident.</summary>
/// <param name="off">Absolute path and arguments.</param>
/// <param name="status">Absolute path and arguments.</param>
/// <param name="on">Empty: it cannot switch on.</param>
public sealed class ExecFence(IReadOnlyList<string> off, IReadOnlyList<string> status, IReadOnlyList<string> on) : IFenceDevice
{
    public FenceAnswer Off(CancellationToken abandon) => Told(off, abandon);

    public FenceAnswer On(CancellationToken abandon) =>
        on.Count > 0 ? Told(on, abandon) : new FenceAnswer(FencePower.Unknown, "no command `on` is configured");

    public FenceAnswer Status(CancellationToken abandon)
    {
        var end = ProcessRunner.Run(status, null, abandon);
        return new FenceAnswer(end.ExitCode == 0 ? Power(end.Output) : FencePower.Unknown, $"{status[0]}: {end.Words}");
    }

    public void Dispose()
    {
    }

    /// <summary>The last word of an output.</summary>
    internal static FencePower Power(string output)
    {
        var words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? FencePower.Unknown : words[^1].ToLowerInvariant() switch
        {
            "off" => FencePower.Off,
            "on" => FencePower.On,
            _ => FencePower.Unknown,
        };
    }

    private static FenceAnswer Told(IReadOnlyList<string> command, CancellationToken abandon) =>
        new(FencePower.Unknown, $"{command[0]}: {ProcessRunner.Run(command, null, abandon).Words}");
}
