using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Appliance.Core.Tests.Tidy;

/// <summary>The shape of the source tree: sizes, words, who may use whom, links that lead somewhere.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 400;
    private const int LineLengthMax = 140;
    private const int FunctionLinesMax = 60;

    [Fact]
    public void Files_are_short() =>
        None(SourceFile.All.Where(file => file.Lines.Length > FileLinesMax)
            .Select(file => $"{file.Path}: {file.Lines.Length} lines, at most {FileLinesMax}"));

    [Fact]
    public void Lines_are_short() => Known.Check("long lines", SourceFile.All
        .Select(file => (file.Path, Count: file.Lines.Count(line => line.Length > LineLengthMax))).Where(file => file.Count > 0)
        .ToDictionary(file => file.Path, file => file.Count));

    [Fact]
    public void Functions_are_short() => None(SourceFile.All.SelectMany(file => Functions.In(file.Code)
        .Where(function => function.Lines > FunctionLinesMax)
        .Select(function => $"{file.Path}:{function.Line}: {function.Lines} lines, at most {FunctionLinesMax}")));

    [Fact]
    public void Nothing_is_left_to_do_in_a_comment() =>
        None(SourceFile.All.SelectMany(file => file.Lines.Select((line, index) => (line, index))
        .Where(pair => Unfinished().IsMatch(pair.line) && !file.Path.Contains("/Tidy/", StringComparison.Ordinal))
        .Select(pair => $"{file.Path}:{pair.index + 1}: {pair.line.Trim()}")));

    /// <summary>In drivers/Systemd "Manager" is the name of systemd's own D-Bus interface.</summary>
    [Fact]
    public void Types_are_named_after_what_they_are() =>
        None(SourceFile.All.SelectMany(file => file.Code.Select((line, index) => (line, index))
        .Where(pair => EmptyName().IsMatch(pair.line) && !file.Path.StartsWith("drivers/Systemd/", StringComparison.Ordinal))
            .Select(pair => $"{file.Path}:{pair.index + 1}: {pair.line.Trim()}")));

    [Fact]
    public void Projects_reference_only_what_is_below_them()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["firmware-agent/Core/Appliance.Core.csproj"] = [],
            ["drivers/Appliance.Drivers.csproj"] = ["Appliance.Core"],
            ["firmware-agent/Simulation/Appliance.Simulation.csproj"] = ["Appliance.Core"],
            ["firmware-agent/Agent/Appliance.Agent.csproj"] = ["Appliance.Core", "Appliance.Drivers", "Appliance.Simulation"],
        };
        foreach (var (project, mayUse) in allowed)
        {
            var uses = XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.Empty(uses.Except(mayUse));
        }
    }

    [Fact]
    public void Core_uses_neither_drivers_nor_agent() =>
        Uses("firmware-agent/Core/", name => !name.StartsWith("Appliance.Drivers", StringComparison.Ordinal)
        && !name.StartsWith("Appliance.Agent", StringComparison.Ordinal)
            && !name.StartsWith("Appliance.Simulation", StringComparison.Ordinal));

    [Fact]
    public void Drivers_know_time_and_frames_and_no_decision() =>
        Uses("drivers/", name => name.StartsWith("Appliance.Drivers", StringComparison.Ordinal)
        || name is "Appliance.Core" or "Appliance.Core.Time" or "Appliance.Core.Wire"
            or "Appliance.Core.Replica" or "Appliance.Core.Replica.Wire" or "Appliance.Core.Replica.Disk"
            or "Appliance.Core.FoneBridge.Wire" or "Appliance.Core.Dahdi" or "Appliance.Core.Panel"
            or "Appliance.Core.Lines" or "Appliance.Core.Layers" or "Appliance.Core.Health"
            or "Appliance.Core.Configuration" or "Appliance.Core.Update");

    [Fact]
    public void Nobody_references_tests()
    {
        Uses("firmware-agent/", name =>
            !name.Contains(".Tests", StringComparison.Ordinal) && !name.StartsWith("Appliance.Lab", StringComparison.Ordinal));
        Uses("drivers/", name => !name.Contains(".Tests", StringComparison.Ordinal));
    }

    [Fact]
    public void Core_is_kept_pure_by_the_compiler()
    {
        var project = XDocument.Load(Repository.PathOf("firmware-agent/Core/Appliance.Core.csproj"));
        Assert.Contains(project.Descendants("PackageReference"), package => (string?)package.Attribute(
            "Include") == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Assert.Contains(project.Descendants("AdditionalFiles"), file => (string?)file.Attribute("Include") == "BannedSymbols.txt");
        var banned = Repository.Text("firmware-agent/Core/BannedSymbols.txt");
        foreach (var symbol in new[] { "N:System.IO", "N:System.Net.Sockets", "N:System.Threading", "P:System.DateTime.UtcNow",
            "P:System.Random.Shared" })
            Assert.Contains(symbol + ";", banned, StringComparison.Ordinal);
        Assert.DoesNotContain(SourceFile.All.Where(file => file.Path.StartsWith("firmware-agent/Core/", StringComparison.Ordinal)),
            file => file.Lines.Any(
                line => line.Contains("#pragma", StringComparison.Ordinal) && line.Contains("RS0030", StringComparison.Ordinal)));
    }

    [Fact]
    public void Links_in_the_documents_lead_somewhere()
    {
        var pages = Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Append(Repository.PathOf("README.md"));
        var broken =
            from page in pages
            from Match link in Link().Matches(Fence().Replace(File.ReadAllText(page), ""))
            let target = Uri.UnescapeDataString(link.Groups[1].Value.Split('#')[0])
            where target.Length > 0 && !Scheme().IsMatch(target) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            group target by $"{Path.GetRelativePath(Repository.Root, page)} -> {target}";
        Known.Check("broken links", broken.ToDictionary(link => link.Key, link => link.Count()));
    }

    /// <summary>Every name after "using" in a folder, and every full name of ours in its code, must be allowed.</summary>
    private static void Uses(string folder, Func<string, bool> mayUse) => None(
        from file in SourceFile.All
        where file.Path.StartsWith(folder, StringComparison.Ordinal)
        from pair in file.Code.Select((line, index) => (line, index))
        from Match name in OurName().Matches(pair.line)
        where !pair.line.StartsWith("namespace ", StringComparison.Ordinal) && !mayUse(name.Value)
        select $"{file.Path}:{pair.index + 1}: {name.Value}");

    private static void None(IEnumerable<string> faults)
    {
        var all = faults.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+\w*(Manager|Helper|Util)\w*")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"(?<=\busing\s+(?:static\s+)?(?:\w+\s*=\s*)?)Appliance(\.\w+)+")]
    private static partial Regex OurName();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("(?s)```.*?```|`[^`\n]*`")]
    private static partial Regex Fence();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
