using System.Text;

namespace Appliance.Core.Tests.Update;

/// <summary>
/// What GRUB does with the few lines of <c>grub.cfg</c> (docs/UPDATE.md §2), written for the tests from that page and not from the code
/// that is tested: it reads the block as GRUB reads it, and knows nothing of records and phases.
/// </summary>
internal static class GrubModel
{
    /// <param name="Slot">a or b.</param>
    /// <param name="Trial">appliance.trial=1 is on the command line.</param>
    /// <param name="Reset">systemd.factory_reset=1 is.</param>
    /// <param name="Block">As GRUB leaves it.</param>
    public sealed record Choice(char Slot, bool Trial, bool Reset, byte[] Block);

    /// <param name="block">The file grubenv.</param>
    /// <param name="hasKernel">slot-X/vmlinuz exists.</param>
    /// <param name="canSave">The disk takes writes.</param>
    public static Choice Boot(byte[] block, Func<char, bool> hasKernel, bool canSave = true)
    {
        var variables = Load(block);
        var now = (byte[])block.Clone();
        var reset = false;
        if (variables.GetValueOrDefault("reset") == "1")
        {
            reset = Save("reset", "");
        }

        var boot = variables.GetValueOrDefault("slot") == "b" ? 'b' : 'a';
        var trial = false;
        if (variables.GetValueOrDefault("try") is "a" or "b" && variables["try"][0] != boot && hasKernel(variables["try"][0]))
        {
            var next = variables.GetValueOrDefault("left") switch { "3" => "2", "2" => "1", "1" => "0", _ => null };
            if (next is not null && Save("left", next)) (boot, trial) = (variables["try"][0], true);
        }

        if (!hasKernel(boot)) (boot, trial) = (boot == 'a' ? 'b' : 'a', false);
        return new Choice(boot, trial, reset, now);

        bool Save(string name, string value)
        {
            if (!canSave || variables.Count == 0) return false;
            variables[name] = value;
            now = Store(variables);
            return true;
        }
    }

    /// <summary>GRUB: a block with another first line has no variables; of two lines with one name the later one counts.</summary>
    private static Dictionary<string, string> Load(byte[] block)
    {
        var text = Encoding.Latin1.GetString(block);
        var variables = new Dictionary<string, string>();
        if (block.Length < 512 || !text.StartsWith("# GRUB Environment Block\n", StringComparison.Ordinal)) return variables;
        foreach (var line in text.Split('\n').SkipLast(1))
            if (!line.StartsWith('#') && line.Split('=', 2) is [var name, var value]) variables[name] = value.Replace(@"\\", @"\");
        return variables;
    }

    private static byte[] Store(Dictionary<string, string> variables)
    {
        var text = "# GRUB Environment Block\n"
            + string.Concat(variables.Select(pair => $"{pair.Key}={pair.Value.Replace(@"\", @"\\")}\n"));
        return Encoding.Latin1.GetBytes(text.PadRight(1024, '#'));
    }
}
