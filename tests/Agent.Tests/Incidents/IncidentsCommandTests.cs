using System.Text.Json;
using System.Xml.Linq;
using Appliance.Agent.Tests.Commands;
using Appliance.Agent.Tests.Control;

namespace Appliance.Agent.Tests.Incidents;

public sealed class IncidentsCommandTests : IDisposable
{
    private readonly SocketFixture _fixture = new();

    public IncidentsCommandTests()
    {
        _fixture.Agent.Records.Add(IncidentFolderTests.Record("20261122-080000"));
        _fixture.Agent.Records.Add(IncidentFolderTests.Record("20261121-070000"));
    }

    [Fact]
    public void List_has_a_row_for_each()
    {
        var run = CommandLine.Run(_fixture, "incidents");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("20261122-080000", run.Output, StringComparison.Ordinal);
        Assert.Contains("20261121-070000", run.Output, StringComparison.Ordinal);
        Assert.Contains("pbx: pbx-a -> pbx-b", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("phases", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_is_told_whole()
    {
        var run = CommandLine.Run(_fixture, "incidents", "20261122-080000");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("phases of pbx", run.Output, StringComparison.Ordinal);
        Assert.Contains("peer Late -> Dead: pbx-a is silent on all links", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_an_array_or_one_object()
    {
        using var list = JsonDocument.Parse(CommandLine.Run(_fixture, "incidents", "--json").Output);
        Assert.Equal(2, list.RootElement.GetArrayLength());
        using var one = JsonDocument.Parse(CommandLine.Run(_fixture, "incidents", "20261122-080000", "--json").Output);
        Assert.Equal("pbx-a fell silent on all links", one.RootElement.GetProperty("cause").GetString());
        Assert.Equal(1200, one.RootElement.GetProperty("groups")[0].GetProperty("silence_ms").GetInt32());
    }

    [Fact]
    public void Fields_of_the_json_are_those_of_the_documentation()
    {
        var page = File.ReadAllText(RepositoryFiles.PathOf("docs", "OPERATING.md"));
        using var one = JsonDocument.Parse(CommandLine.Run(_fixture, "incidents", "20261122-080000", "--json").Output);
        foreach (var field in one.RootElement.EnumerateObject()) Assert.Contains($"`{field.Name}", page, StringComparison.Ordinal);
        foreach (var part in new[] { "groups", "phases", "events" })
            foreach (var field in one.RootElement.GetProperty(part)[0].EnumerateObject())
                Assert.Contains($"`{field.Name}`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_is_written_to_the_file()
    {
        var path = Path.Combine(Path.GetTempPath(), $"incident-{Guid.NewGuid():N}.svg");
        try
        {
            Assert.Equal(0, CommandLine.Run(_fixture, "incidents", "20261122-080000", "--svg", path).ExitCode);
            Assert.Equal("svg", XDocument.Load(path).Root!.Name.LocalName);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Unknown_one_wrong_usage_and_no_place_are_said()
    {
        var unknown = CommandLine.Run(_fixture, "incidents", "1999");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("there is no incident '1999'", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run(_fixture, "incidents", "--svg", "/tmp/x.svg").ExitCode);
        Assert.Equal(2, CommandLine.Run(_fixture, "incidents", "20261122-080000", "--svg", "/nowhere/x.svg").ExitCode);
        Assert.Equal(2, CommandLine.Run(_fixture, "incidents", "last", "--svg", "/tmp/x.svg", "--json").ExitCode);
    }

    public void Dispose() => _fixture.Dispose();
}
