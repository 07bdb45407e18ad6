using System.Globalization;
using System.Text;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>The twin of a Numato relay module.</summary>
public sealed class SimulatedNumato(int relays = 8) : SimulatedBoard(relays)
{
    private const int LineMax = 64;

    protected override byte[] Answer()
    {
        if (Heard[^1] != '\r') return Heard.Count > LineMax ? Done("line too long") : [];
        var command = Encoding.ASCII.GetString([.. Heard]).Trim();
        var value = Value(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Done(command, Encoding.ASCII.GetBytes($"{command}\n\r{(value.Length > 0 ? value + "\n\r" : "")}>"));
    }

    private string Value(string[] words) => words switch
    {
        ["ver"] => "00000008",
        ["id", "get"] => "00000000",
        ["relay", "readall"] => Contacts.Mask.ToString($"X{(Contacts.Count + 3) / 4}", CultureInfo.InvariantCulture),
        ["relay", "writeall", var mask] => WriteAll(mask),
        ["relay", "read", var index] => Number(index) is { } number ? Contacts[number] ? "on" : "off" : "",
        ["relay", "on" or "off", var index] => Switch(index, words[1] == "on"),
        _ => "",
    };

    private string Switch(string index, bool on)
    {
        if (Number(index) is { } number) Contacts[number] = on;
        return "";
    }

    private string WriteAll(string mask)
    {
        if (ulong.TryParse(mask, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) Contacts.Mask = value;
        return "";
    }

    private int? Number(string index)
    {
        var number = Contacts.Count == 64
            ? index.Length == 2 && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var two) ? two : -1
            : index.Length == 1 ? "0123456789ABCDEFGHIJKLMNOPQRSTUV".IndexOf(char.ToUpperInvariant(index[0])) : -1;
        return number >= 0 && number < Contacts.Count ? number : null;
    }
}
