using System.Globalization;
using System.Text;

namespace Appliance.Core.Update;

/// <summary>A rolling update on disk: lines of name=value behind a first line with the format's number.</summary>
public static class RollingText
{
    /// <summary>Largest file read, bytes.</summary>
    public const int BytesMax = 4096;

    private const string Head = "appliance rolling update 1";
    private const int WordsMax = 1000;

    public static byte[] Write(RollingUpdate plan)
    {
        var words = new StringBuilder();
        foreach (var letter in plan.Words.Length > WordsMax ? plan.Words[..WordsMax] : plan.Words)
            words.Append(char.IsControl(letter) ? ' ' : letter);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Head}\nversion={plan.Version}\nfirst={(plan.FirstIsHere ? "here" : "there")}\nstage={Word(plan.Stage)}\nsince={plan.Since}\n"
                + $"words={words}\nend\n"));
    }

    /// <summary>Null: it is none, or not whole.</summary>
    public static RollingUpdate? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax) return null;
        var lines = Encoding.UTF8.GetString(file).Split('\n');
        if (lines.Length != 8 || lines[0] != Head || lines[6] != "end" || lines[7].Length > 0) return null;
        if (Value(lines[1], "version") is not { } version || UpdateVersion.Read(version) is null) return null;
        if (Value(lines[2], "first") is not ("here" or "there") || Value(lines[5], "words") is not { } words) return null;
        if (!long.TryParse(Value(lines[4], "since"), NumberStyles.None, CultureInfo.InvariantCulture, out var since)) return null;
        for (var stage = RollingStage.WriteFirst; stage <= RollingStage.Stopped; stage++)
            if (Value(lines[3], "stage") == Word(stage))
                return new RollingUpdate(version, lines[2] == "first=here", stage, since, words);
        return null;
    }

    /// <summary>The stage, for the file and for people.</summary>
    public static string Word(RollingStage stage) => stage switch
    {
        RollingStage.WriteFirst => "write-first",
        RollingStage.RebootFirst => "reboot-first",
        RollingStage.AwaitFirst => "await-first",
        RollingStage.SwitchOver => "switch-over",
        RollingStage.WriteSecond => "write-second",
        RollingStage.RebootSecond => "reboot-second",
        RollingStage.AwaitSecond => "await-second",
        RollingStage.Done => "done",
        _ => "stopped",
    };

    private static string? Value(string line, string name) =>
        line.StartsWith(name + "=", StringComparison.Ordinal) ? line[(name.Length + 1)..] : null;
}
