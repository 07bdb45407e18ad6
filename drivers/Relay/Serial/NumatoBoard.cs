using System.Collections.Immutable;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>Numato USB relay modules, 1 to 64 relays, numbered from 0 as printed on them.</summary>
internal sealed class NumatoBoard(RelayLine line, ImmutableArray<int> channels, int relays) : IRelayBoard
{
    public string Place => line.Place;

    public bool ReadsBack => true;

    public bool IsOpen => line.IsOpen;

    public void Open(RelayDeadline deadline)
    {
        line.Open();
        line.Send(NumatoText.Resync, deadline);
        _ = line.ReceiveUntil(NumatoText.Prompt, NumatoText.AnswerMax, "an empty line", deadline);
        var version = Ask(NumatoText.Version, RelayFault.WrongDevice, deadline);
        if (version.Length == 0 || !version.All(char.IsAsciiLetterOrDigit))
            throw new RelayTrouble(RelayFault.WrongDevice,
                $"{Place}: found the version \"{version}\"; expected that of a Numato module. Nothing was switched");
        _ = States(deadline);
    }

    public void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in channels)
        {
            var value = Ask(NumatoText.Switch(channel, on, relays), RelayFault.Garbage, deadline);
            if (value.Length > 0)
                throw new RelayTrouble(RelayFault.Refused, $"{Place} answers \"{value}\" to the command that switches relay {channel}");
        }
    }

    public bool[] Read(RelayDeadline deadline)
    {
        var states = States(deadline);
        return [.. channels.Select(channel => states[channel])];
    }

    public void Touch(RelayDeadline deadline) => line.Touch(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close() => line.Close();

    public void Dispose() => line.Dispose();

    private bool[] States(RelayDeadline deadline)
    {
        var value = Ask(NumatoText.ReadAll, RelayFault.Garbage, deadline);
        return NumatoText.States(value, relays) ?? throw new RelayTrouble(
            value.Length > 0 && value.All(char.IsAsciiHexDigit) ? RelayFault.Misconfigured : RelayFault.Garbage,
            $"{Place}: found the relays \"{value}\"; expected {(relays + 3) / 4} hexadecimal digits: is relays = {relays} right?");
    }

    private string Ask(string command, RelayFault otherwise, RelayDeadline deadline)
    {
        line.Send(NumatoText.Line(command), deadline);
        var answer = line.ReceiveUntil(NumatoText.Prompt, NumatoText.AnswerMax, $"\"{command}\"", deadline);
        return NumatoText.Value(answer, command) ?? throw new RelayTrouble(otherwise,
            $"{Place}: found the answer {Shown.Of(answer)} to \"{command}\"; expected the same words again, a value and a prompt"
                + (otherwise == RelayFault.WrongDevice ? ": is this a Numato module? Nothing was switched" : ""));
    }
}
