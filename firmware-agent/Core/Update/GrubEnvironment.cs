using System.Text;

namespace Appliance.Core.Update;

/// <summary>
/// GRUB's environment block: exactly 1024 bytes, a first line that names it, lines of <c>name=value</c> (a backslash before a backslash and
/// before a line end in a value), <c>#</c> up to the end. Variables that are not ours are kept. Source: the GRUB manual, "The GRUB
/// environment block".
/// </summary>
public sealed class GrubEnvironment
{
    /// <summary>Bytes of the whole block.</summary>
    public const int Bytes = 1024;

    /// <summary>
    /// What is written fits into the first sector, and the second one is always filled with <c>#</c>: a disk writes a sector whole or not
    /// at all, so a power cut leaves the old block or the new one.
    /// </summary>
    public const int UsedBytesMax = 512;

    private static ReadOnlySpan<byte> Signature => "# GRUB Environment Block\n"u8;

    private readonly List<(string Name, string Value)> _variables = [];

    /// <summary>Empty: the variable is not there, or is set to nothing; GRUB does not tell the two apart either.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var variable in _variables)
                if (variable.Name == name) return variable.Value;
            return "";
        }
    }

    /// <summary>All, in the order of the block.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables => _variables;

    /// <summary>Null and a sentence for a block that GRUB or we would misunderstand.</summary>
    public static GrubEnvironment? Read(ReadOnlySpan<byte> block, out string problem)
    {
        problem = "";
        if (block.Length != Bytes) return No($"found {block.Length} bytes, expected {Bytes}", out problem);
        if (!block.StartsWith(Signature)) return No("it does not begin with \"# GRUB Environment Block\"", out problem);
        var environment = new GrubEnvironment();
        var rest = block[Signature.Length..];
        while (!rest.IsEmpty)
        {
            if (rest[0] == (byte)'#')
            {
                var end = rest.IndexOf((byte)'\n'); // Newer releases of GRUB write a warning; the filling has no line end.
                if (end >= 0 && rest[..end].ContainsAnyExcept((byte)'#'))
                {
                    rest = rest[(end + 1)..];
                    continue;
                }

                return rest.ContainsAnyExcept((byte)'#') ? No("there is something in the filling behind the variables", out problem)
                    : environment;
            }

            if (!environment.TakeLine(ref rest, out problem)) return null;
        }

        return environment;
    }

    /// <summary>The same variables with one set. Names are letters, digits, underscores; values printable ASCII.</summary>
    public GrubEnvironment With(string name, string value)
    {
        Invariant.Check(IsName(name));
        Invariant.Check(IsValue(value));
        var next = new GrubEnvironment();
        var found = false;
        foreach (var variable in _variables)
        {
            next._variables.Add(variable.Name == name ? (name, value) : variable);
            found |= variable.Name == name;
        }

        if (!found) next._variables.Add((name, value));
        return next;
    }

    /// <summary>The block; null when foreign variables leave too little room in the first sector.</summary>
    public byte[]? Write()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _variables)
            text.Append(name).Append('=').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
        if (Signature.Length + text.Length > UsedBytesMax) return null;
        var block = new byte[Bytes];
        block.AsSpan().Fill((byte)'#');
        Signature.CopyTo(block);
        Encoding.ASCII.GetBytes(text.ToString(), block.AsSpan(Signature.Length));
        return block;
    }

    private bool TakeLine(ref ReadOnlySpan<byte> rest, out string problem)
    {
        var line = new StringBuilder();
        var at = 0;
        for (; at < rest.Length && rest[at] != (byte)'\n'; at++)
        {
            if (rest[at] == (byte)'\\' && ++at == rest.Length) break;
            line.Append((char)rest[at]);
        }

        if (at >= rest.Length) return No("a variable's line does not end", out problem) is not null;
        rest = rest[(at + 1)..];
        var text = line.ToString();
        var sign = text.IndexOf('=');
        if (sign < 0 || !IsName(text[..sign]) || !IsValue(text[(sign + 1)..]))
            return No("there is a line that is no name=value of printable letters", out problem) is not null;
        foreach (var variable in _variables)
            if (variable.Name == text[..sign]) return No($"the variable {text[..sign]} is there twice", out problem) is not null;
        _variables.Add((text[..sign], text[(sign + 1)..]));
        problem = "";
        return true;
    }

    private static bool IsName(string name)
    {
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_') return false;
        return name.Length > 0;
    }

    private static bool IsValue(string value)
    {
        foreach (var letter in value)
            if (letter is < ' ' or > '~') return false;
        return true;
    }

    private static GrubEnvironment? No(string why, out string problem)
    {
        problem = why;
        return null;
    }
}
