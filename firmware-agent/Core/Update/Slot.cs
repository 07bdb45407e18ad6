namespace Appliance.Core.Update;

/// <summary>One of the two places on the disk that hold a whole system: kernel, initrd, root.</summary>
public enum Slot : byte
{
    A,
    B,
}

/// <summary>Slots in words.</summary>
public static class SlotText
{
    /// <summary>As on the kernel's command line, in the environment block and in the names of partitions: a, b.</summary>
    public static string Word(this Slot slot) => slot == Slot.A ? "a" : "b";

    public static Slot Other(this Slot slot) => slot == Slot.A ? Slot.B : Slot.A;

    /// <summary>Null: neither a nor b.</summary>
    public static Slot? Read(string? word) => word switch
    {
        "a" => Slot.A,
        "b" => Slot.B,
        _ => null,
    };

    /// <summary>The slot this system was started from: the last <c>appliance.slot=</c> of the kernel's command line. Null: the machine
    /// does not run from a slot.</summary>
    public static Slot? OfCommandLine(string commandLine)
    {
        const string name = "appliance.slot=";
        Slot? found = null;
        foreach (var word in commandLine.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
            if (word.StartsWith(name, StringComparison.Ordinal)) found = Read(word[name.Length..]);
        return found;
    }
}
