using System.Diagnostics.CodeAnalysis;
using System.Text;
using Appliance.Core.Import;
using Appliance.Core.Import.Writing;

namespace Appliance.Core.Tests.Import;

/// <summary>Files that somebody made to break the importer, or that a disk broke by itself.</summary>
public sealed class HostileImportTests
{
    /// <summary>Each takes a few milliseconds. 20,000 have been played; APPLIANCE_IMPORT_CASES says how many it shall be.</summary>
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_IMPORT_CASES"), out var cases) ? cases
        : 3000;

    private static readonly string[] Names =
        ["ha.cf", "haresources", "authkeys", "drbd.conf", "x.res", "asha.conf", "redfone.conf", "corosync.conf", "x.crm"];

    private static readonly string[] Nasty =
    [
        "", "\n", "{", "}", "\"", "'", "\\\n", "#", "=", ":", "::", ";", "\t", "\r\n", "\0", "\uFEFF", "(", ")", "[", "]", " ", "/", "//",
            "..",
        "99999999999999999999", "-1", "0", "ä", "\U0001F600", "\u001b[31m", "node", "primitive", "resource x {", "totem {", "[span1]",
        "include \"*\";", "IPaddr::", "$id=", "params", "op", "inf:", "10.0.0.1", "fe80::1", "/dev/drbd0", "0x", "1e999", "NaN", "ms",
    ];

    /// <summary>Any bytes give a file that is TOML, and a report. What is not usable is said by config check, not by an
    /// exception.</summary>
    [Fact]
    public void Thousands_of_broken_pairs_of_files_break_nothing()
    {
        var random = new Random(20261122);
        for (var round = 0; round < Cases; round++)
        {
            var files = Old.All[random.Next(Old.All.Length)].Files.Select(file => Broken(file, random)).ToArray();
            var result = Import(files);
            if (result.Fault.Length == 0) continue;
            var shown = files.Select(file => $"{file.Path}\n{Encoding.UTF8.GetString(file.Bytes)}");
            Assert.Fail($"round {round}: {result.Fault}\n{string.Join("\n====\n", shown)}");
        }
    }

    [Fact]
    public void Bytes_without_any_sense_break_nothing()
    {
        var random = new Random(4711);
        for (var round = 0; round < Math.Max(300, Cases / 8); round++)
        {
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            Assert.Equal("", Import([.. Names.Select(name => (name, bytes))]).Fault);
            var words = Encoding.UTF8.GetBytes(string.Join(random.Next(3) == 0 ? "\n" : " ",
                Enumerable.Range(0, random.Next(60)).Select(_ => Nasty[random.Next(Nasty.Length)])));
            Assert.Equal("", Import([.. Names.Select(name => (name, words))]).Fault);
        }
    }

    [Theory]
    [InlineData("ha.cf", "node a b\nkeepalive 1\n\0\n", "ha.cf:3: refused: the file: there is a zero byte")]
    [InlineData("drbd.conf", "resource r0 {\n on a { device /dev/drbd0;\n", "drbd.conf:2: refused: }: on { of line 2 is never closed")]
    [InlineData("drbd.conf", "resource r0 {\n net { shared-secret \"abc; }\n}\n",
        "drbd.conf:2: refused: a string: its second quote is missing")]
    [InlineData("drbd.conf", "}\n", "drbd.conf:1: refused: }: nothing is open")]
    [InlineData("drbd.conf", "resource r0 { protocol C }\n", "drbd.conf:1: refused: protocol: the semicolon behind it is missing")]
    [InlineData("drbd.conf", "include \"drbd.conf\";\ninclude \"gone.conf\";\n", "drbd.conf:2: refused: include: gone.conf was not given")]
    [InlineData("corosync.conf", "totem {\n version: 2\n", "corosync.conf:3: refused: }: totem { of line 1 is never closed")]
    [InlineData("corosync.conf", "}\n", "corosync.conf:1: refused: }: nothing is open")]
    [InlineData("x.crm", "primitive a lsb:b params x=\"y\n", "x.crm:1: refused: a string: its second quote is missing")]
    [InlineData("x.crm", "frobnicate a\n", "x.crm:1: refused: frobnicate: no command of crm configure that is known here")]
    [InlineData("ha.cf", "keepalvie 2\n", "ha.cf:1: refused: keepalvie: no directive of ha.cf that is known here; did the file mean "
        + "keepalive?")]
    [InlineData("ha.cf", "deadtime forever\n", "ha.cf:1: refused: deadtime: forever is no time of Heartbeat's")]
    [InlineData("ha.cf", "deadtime\n", "ha.cf:1: refused: deadtime: it has no value")]
    [InlineData("authkeys", "auth 1\n1 md6 secret\n", "authkeys:2: refused: a line: it is neither")]
    [InlineData("redfone.conf", "[globals]\nfb=10.0.0.1\nfrob=1\n[span1]\nframing=ccs\n", "redfone.conf:3: refused: frob: ")]
    [InlineData("asha.conf", "CLUSTERIP=pbx.example.org\n", "asha.conf:1: refused: CLUSTERIP: ")]
    public void What_is_wrong_is_told_with_file_and_line(string name, string text, string expected)
    {
        var report = ReportText.Write(Old.Run((name, text)), "x");
        Assert.Contains(expected, report, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_a_byte_order_mark_and_tabs_change_nothing()
    {
        var plain = Old.Run(new ImportOptions(), Old.Elastix);
        var other = Old.Run(new ImportOptions(),
            [.. Old.Elastix.Select(file => (file.Path, "\uFEFF" + file.Text.Replace("\n", "\r\n", StringComparison.Ordinal)
                .Replace(" ", "\t", StringComparison.Ordinal)))]);
        Assert.Equal(plain.Toml, other.Toml);
        Assert.Equal(plain.Refused, other.Refused);
    }

    /// <summary>These take a second when each byte is looked at a bounded number of times, and hours when it is not.</summary>
    [Fact]
    public void The_largest_files_that_are_read_take_no_longer_than_their_size()
    {
        const int size = ImportLimits.FileBytesMax - 100;
        foreach (var (name, line) in new[]
        {
            ("ha.cf", "node n#\n"), ("ha.cf", "ucast eth# 10.0.0.1\n"), ("ha.cf", "x#\n"), ("ha.cf", "ping 10.1.#.1 "),
            ("haresources", "a b#::c\n"), ("haresources", "b# "), ("haresources", "a\\\n"), ("authkeys", "1 md5 x\n"),
            ("drbd.conf", "a{"), ("drbd.conf", "}"), ("drbd.conf", "resource r#{on a{disk /dev/x#;}}\n"), ("drbd.conf", "x "),
            ("drbd.conf", "include \"*.res\";"), ("drbd.conf", "skip x{}"), ("drbd.conf", "resource r { on n# {} }"),
            ("asha.conf", "X#=1\n"), ("redfone.conf", "[span1]\n"), ("corosync.conf", "a {\n"), ("corosync.conf", "node {\n}\n"),
            ("corosync.conf", "totem {\ninterface {\nringnumber: 1\n}\n}\n"), ("x.crm", "primitive p# lsb:s#\n"), ("x.crm",
                "group g# p1 p2\n"),
            ("x.crm", "primitive p IPaddr2 x#=1 "), ("x.crm", "order o# inf: a b\n"), ("x.crm", "\\\n"), ("x.crm", "property a#=b\n"),
        })
        {
            var text = new StringBuilder();
            for (var number = 0; text.Length < size; number++)
                text.Append(line.Replace("#", (number % 100_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    StringComparison.Ordinal));
            Assert.Equal("", Import([(name, Encoding.UTF8.GetBytes(text.ToString()[..Math.Min(size, text.Length)]))]).Fault);
        }
    }

    [Fact]
    public void Constraints_that_multiply_are_bounded()
    {
        var text = new StringBuilder();
        for (var number = 0; number < 1000; number++) text.Append($"primitive p{number} lsb:s{number}\n");
        var all = string.Join(' ', Enumerable.Range(0, 1000).Select(number => $"p{number}"));
        text.Append($"group g {all}\n");
        for (var number = 0; number < 60; number++)
            text.Append($"clone c{number} g\norder o{number} inf: ( {all} ) ( {all} )\ncolocation k{number} inf: {all}\n");
        var result = Import([("x.crm", Encoding.UTF8.GetBytes(text.ToString()))]);
        Assert.Equal("", result.Fault);
    }

    [Fact]
    public void A_file_of_ten_megabytes_is_refused_by_its_size()
    {
        var result = PairImport.Run([new ImportFile("ha.cf", [.. new byte[10 << 20]], ImportFormat.HaCf)], new ImportOptions());
        Assert.Contains(result.Findings, finding => finding.Words.Contains("bytes and is not read", StringComparison.Ordinal));
    }

    [Fact]
    public void An_endless_line_is_cut_in_messages()
    {
        var report = ReportText.Write(Old.Run(("ha.cf", new string('x', 900_000)), ("x.crm", "node " + new string('y', 900_000))), "x");
        Assert.All(report.Split('\n'), line => Assert.True(line.Length < 1000, $"{line.Length} characters"));
    }

    private static (string Path, byte[] Bytes) Broken((string Path, string Text) file, Random random)
    {
        var text = new StringBuilder(file.Text);
        for (var count = random.Next(1, 6); count > 0 && text.Length > 0; count--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(random.Next(2) == 0 ? 3 : 60), text.Length - at);
            switch (random.Next(5))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Nasty[random.Next(Nasty.Length)]); break;
                case 2: text.Insert(random.Next(text.Length), text.ToString(at, length)); break;
                case 3: text[at] = (char)random.Next(1, 128); break;
                default:
                    text.Remove(at, length);
                    text.Insert(Math.Min(at, text.Length), Nasty[random.Next(Nasty.Length)]);
                    break;
            }
        }

        return (file.Path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Any exception is the finding.")]
    private static (ImportResult? Result, string Fault) Import((string Path, byte[] Bytes)[] files)
    {
        try
        {
            var result = PairImport.Run([.. files.Select(file => new ImportFile(file.Path, [.. file.Bytes],
                ImportFormats.ByName(file.Path)))],
                new ImportOptions());
            // A problem without a key is one of TOML itself: ours. A file of more than a MiB is refused as a whole.
            if (result.Open.FirstOrDefault(problem => problem.KeyPath.Length == 0) is { } wrong && result.Toml.Length < 200_000)
                return (result, $"the new file is no TOML: {wrong}\n{result.Toml}");
            var report = ReportText.Write(result, "x");
            if (report.Any(letter => char.IsControl(letter) && letter != '\n')) return (result, "a control character in the report");
            var kept = result.Findings.Length + result.Omitted;
            return (result, kept == result.Mapped + result.Noted + result.Refused ? "" : "the counts do not fit the findings");
        }
        catch (Exception fault)
        {
            return (null, fault.ToString());
        }
    }
}
