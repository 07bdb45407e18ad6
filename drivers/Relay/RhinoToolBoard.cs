using System.Globalization;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Relay;

/// <summary>A Rhino 1SPF through the vendor's program: its protocol is not public. The program is run for every command, may hang, and is
/// ended then.</summary>
internal sealed class RhinoToolBoard(string place, string port, string tool, int channel) : IRelayBoard
{
    /// <summary>The card needs it after a RESET, before it obeys again.</summary>
    private static readonly TimeSpan AfterReset = TimeSpan.FromSeconds(1);

    public string Place => place;

    public bool ReadsBack => false;

    public bool IsOpen { get; private set; }

    public void Open(RelayDeadline deadline)
    {
        if (!File.Exists(tool))
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{place}: {tool} does not exist; install the program that came with the card, or give its bytes by a profile");
        if (!File.Exists(port)) throw new RelayTrouble(RelayFault.Missing, $"{place}: {port} does not exist: is the card plugged in?");
        IsOpen = true;
    }

    public void Switch(bool on, RelayDeadline deadline) =>
        Run([on ? "RELAYON" : "RELAYOFF", channel.ToString(CultureInfo.InvariantCulture)], deadline);

    public bool[] Read(RelayDeadline deadline) => throw new RelayTrouble(RelayFault.Refused, $"{place} cannot say where it is");

    public void Touch(RelayDeadline deadline)
    {
        if (!File.Exists(port)) throw Gone();
    }

    public void Reset(RelayDeadline deadline)
    {
        Run(["RESET"], deadline);
        deadline.Pause(AfterReset, place);
    }

    public void Close() => IsOpen = false;

    public void Dispose() => Close();

    private void Run(string[] words, RelayDeadline deadline)
    {
        deadline.Check(place);
        if (!File.Exists(port)) throw Gone();
        var end = ProcessRunner.Run([tool, port, .. words], null, deadline.Token);
        if (end.ExitCode == 0) return;
        if (!File.Exists(port)) throw Gone();
        var command = $"{Path.GetFileName(tool)} {string.Join(' ', words)}";
        if (end.ExitCode is null) deadline.Check($"{place}: {command} ({end.Words})");
        throw end.ExitCode is null && end.Trouble.StartsWith("cannot start", StringComparison.Ordinal)
            ? new RelayTrouble(RelayFault.Misconfigured, $"{place}: {end.Words}")
            : new RelayTrouble(RelayFault.Refused, $"{place}: {command} ended with {end.Words}; expected exit code 0");
    }

    private RelayTrouble Gone() =>
        new(RelayFault.Vanished, $"{place} is gone: was it unplugged? It is used again when {port} is back");
}
