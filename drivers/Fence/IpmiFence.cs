using System.Globalization;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Fence;

/// <summary>Where a management controller is and how it is asked.</summary>
/// <param name="PasswordFile">Given to the tool by name, so that the password is in no process list.</param>
/// <param name="Interface">lanplus (IPMI 2.0) or lan.</param>
/// <param name="Tool">Absolute path of ipmitool.</param>
public sealed record IpmiAddress(string Address, int Port, string User, string PasswordFile, string Interface, string Tool);

/// <summary>The management controller of a node, by <c>ipmitool chassis power</c>.</summary>
public sealed class IpmiFence(IpmiAddress at) : IFenceDevice
{
    private const string Says = "Chassis Power is ";

    public FenceAnswer Off(CancellationToken abandon) => Ask("off", abandon);

    public FenceAnswer On(CancellationToken abandon) => Ask("on", abandon);

    public FenceAnswer Status(CancellationToken abandon)
    {
        var end = Run("status", abandon);
        // One line of exactly this form; anything else, also a second opinion, is not an answer.
        var lines = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith(Says, StringComparison.Ordinal)).ToArray();
        var power = end.ExitCode == 0 && lines.Length == 1 ? lines[0] switch
        {
            $"{Says}off" => FencePower.Off,
            $"{Says}on" => FencePower.On,
            _ => FencePower.Unknown,
        } : FencePower.Unknown;
        return new FenceAnswer(power, $"controller {at.Address}: {end.Words}");
    }

    public void Dispose()
    {
    }

    private FenceAnswer Ask(string what, CancellationToken abandon) =>
        new(FencePower.Unknown, $"controller {at.Address}: {Run(what, abandon).Words}");

    private ProcessEnd Run(string what, CancellationToken abandon) => ProcessRunner.Run(
        [
            at.Tool, "-I", at.Interface, "-H", at.Address, "-p", at.Port.ToString(CultureInfo.InvariantCulture), "-U", at.User,
            "-f", at.PasswordFile, "chassis", "power", what,
        ], null, abandon);
}
