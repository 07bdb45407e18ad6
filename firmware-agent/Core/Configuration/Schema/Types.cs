namespace Appliance.Core.Configuration.Schema;

/// <summary>The types that the tables use.</summary>
public static class Types
{
    public const int PathLengthMax = 255;
    private const int TextLengthMax = 1024;
    private const int UnitLengthMax = 255;

    /// <summary>The kernel's IFNAMSIZ less its final zero.</summary>
    private const int InterfaceLengthMax = 15;

    private static readonly string[] UnitSuffixes = [".service", ".socket", ".target", ".mount", ".automount", ".timer", ".path", ".slice",
        ".scope"];

    public static readonly KeyType Name = new StringType(
        "name", $"a name of letters, digits, \"-\", \"_\" and \".\", at most {Limits.NameLengthMax}, beginning with a letter or digit",
            NameFault);

    public static readonly KeyType Text = new StringType("string", "a string", TextFault);

    public static readonly KeyType Path = new StringType("path", "an absolute path, for example \"/etc/appliance\"", PathFault);

    public static readonly KeyType Interface = new StringType(
        "interface", $"a network interface's name, for example \"eth0\", at most {InterfaceLengthMax} characters", InterfaceFault);

    public static readonly KeyType Unit = new StringType(
        "unit", "a systemd unit with its suffix, for example \"mariadb.service\"", UnitFault);

    public static readonly KeyType Module = new StringType(
        "module", "a kernel module's name, for example \"wct4xxp\"", text => text.Length is > 0 and <= 56
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && text[0] != '-' ? null : "it is none");

    public static readonly KeyType Agent = new StringType("agent", "three words, for example \"ocf:heartbeat:IPaddr2\"", AgentFault);

    public static readonly KeyType Address = new AddressType();

    public static readonly KeyType Port = new IntegerType(1, 65535);

    public static readonly KeyType Boolean = new BooleanType();

    public static readonly KeyType NodeAddress = new PerNodeType(Address, "{ pbx-a = \"10.1.1.1\", pbx-b = \"10.1.1.2\" }");

    public static readonly KeyType Command = new ListType(
        new StringType("string", "a string without zero bytes", TextFault), 1, 64, "[\"/usr/bin/test\", \"-e\", \"/run/x\"]");

    public static readonly KeyType CommandOrNone = new ListType(
        new StringType("string", "a string without zero bytes", TextFault), 0, 64, "[\"/usr/bin/test\", \"-e\", \"/run/x\"]");

    /// <summary>A duration within bounds written as in the file.</summary>
    public static KeyType Duration(string min, string max) =>
        new DurationType(DurationType.Parse(min)!.Value, DurationType.Parse(max)!.Value);

    public static bool IsName(string text) => NameFault(text) is null;

    public static bool IsPath(string text) => PathFault(text) is null;

    private static string? NameFault(string text)
    {
        if (text.Length == 0) return "it is empty";
        if (text.Length > Limits.NameLengthMax) return $"it has {text.Length} characters";
        if (!char.IsAsciiLetterOrDigit(text[0])) return "the first character is neither letter nor digit";
        var wrong = text.FirstOrDefault(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.'));
        return wrong == default && !text.Contains('\0') ? null : "another character is in it";
    }

    private static string? TextFault(string text)
    {
        if (text.Length > TextLengthMax) return $"it has {text.Length} characters, at most {TextLengthMax}";
        return text.Contains('\0') ? "a zero byte is in it" : null;
    }

    private static string? PathFault(string text)
    {
        if (!text.StartsWith('/')) return "it does not begin with \"/\"";
        if (text.Length > PathLengthMax) return $"it has {text.Length} characters, at most {PathLengthMax}";
        if (text.Any(char.IsControl)) return "a control character is in it";
        if (text.Length > 1 && text.EndsWith('/')) return "leave the last \"/\" off";
        return text.Length > 1 && text.Split('/')[1..].Any(part => part is "" or "." or "..")
            ? "\"//\", \"/./\" and \"/../\" are not accepted" : null;
    }

    private static string? InterfaceFault(string text)
    {
        if (text.Length is 0 or > InterfaceLengthMax) return $"it has {text.Length} characters";
        if (text is "." or "..") return "";
        return text.Any(letter => letter is '/' or ':' || char.IsWhiteSpace(letter) || char.IsControl(letter))
            ? "another character is in it" : null;
    }

    private static string? UnitFault(string text)
    {
        if (text.Length > UnitLengthMax) return "it is too long";
        if (!UnitSuffixes.Any(suffix => text.EndsWith(suffix, StringComparison.Ordinal))) return "the suffix is missing";
        if (UnitSuffixes.Contains(text) || text.Contains("@.", StringComparison.Ordinal)) return "it names no single unit";
        return text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '-' or '_' or '.' or '\\' or '@') ? null
            : "another character is in it";
    }

    private static string? AgentFault(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 3 || parts[0] != "ocf") return "write ocf:PROVIDER:AGENT";
        return parts.Skip(1).All(part => part.Length > 0 && part[0] != '.' && part.All(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            ? null
            : "provider and agent are plain file names";
    }
}
