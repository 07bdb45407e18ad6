using System.Text;
using System.Text.Json;
using Appliance.Core.Toml;
using Xunit.Abstractions;

namespace Appliance.Core.Tests.Toml;

public class TomlSuiteTests(ITestOutputHelper output)
{
    [TomlSuiteFact]
    public void Every_valid_file_of_the_suite_gives_its_values()
    {
        var faults = new List<string>();
        var count = 0;
        foreach (var file in TomlSuite.Files("valid"))
        {
            count++;
            var document = TomlReader.Read(File.ReadAllBytes(file));
            using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(file, ".json")));
            if (document.Problems.Length > 0) faults.Add($"{file}: {document.Problems[0]}");
            else if (TaggedJson.Difference(expected.RootElement, document.Root, "root") is { } other) faults.Add($"{file}: {other}");
        }
        output.WriteLine($"{count - faults.Count} of {count} valid files");
        Assert.True(count > 0 && faults.Count == 0, string.Join('\n', faults));
    }

    [TomlSuiteFact]
    public void Every_invalid_file_of_the_suite_is_refused_with_a_place_inside_it()
    {
        var faults = new List<string>();
        var count = 0;
        foreach (var file in TomlSuite.Files("invalid"))
        {
            count++;
            var bytes = File.ReadAllBytes(file);
            var problems = TomlReader.Read(bytes).Problems;
            var lines = Encoding.UTF8.GetString(bytes).Split('\n').Length;
            if (problems.IsEmpty) faults.Add($"{file}: accepted");
            else if (problems.Any(p => p.At.Line < 1 || p.At.Line > lines || p.At.Column < 1)) faults.Add($"{file}: {problems[0]}");
            output.WriteLine($"{Path.GetFileName(file)}: {problems.Length}: {problems.FirstOrDefault()}");
        }
        output.WriteLine($"{count - faults.Count} of {count} invalid files");
        Assert.True(count > 0 && faults.Count == 0, string.Join('\n', faults));
    }
}
