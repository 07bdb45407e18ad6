using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>The bytes between two replicas do not change by accident: Vectors/replica-*.hex, quoted by docs/PROTOCOL.md.</summary>
public sealed class ReplicaVectorTests
{
    [Theory]
    [InlineData("replica-write")]
    [InlineData("replica-ack")]
    [InlineData("replica-facts")]
    [InlineData("replica-hello-0")]
    [InlineData("replica-hello-1")]
    [InlineData("replica-proof-0")]
    [InlineData("replica-proof-1")]
    public void Bytes_are_the_golden_ones(string name)
    {
        var (_, _, said) = WireSamples.Meet(WireSamples.Node(0), WireSamples.Node(1));
        var found = Convert.ToHexStringLower(name switch
        {
            "replica-write" => WireSamples.Write(),
            "replica-ack" => WireSamples.Ack(),
            "replica-facts" => WireSamples.Facts(),
            "replica-hello-0" => said[0],
            "replica-hello-1" => said[1],
            "replica-proof-0" => said[2],
            _ => said[3],
        });
        var path = Repository.PathOf("tests", "Core.Tests", "Vectors", name + ".hex");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
            File.WriteAllLines(path, found.Chunk(64).Select(line => new string(line)));
        Assert.Equal(string.Concat(File.ReadLines(path)), found);
    }

    [Fact]
    public void Protocol_document_lists_every_kind_under_its_number()
    {
        var rows = File.ReadLines(Repository.PathOf("docs", "PROTOCOL.md"))
            .SkipWhile(line => line != "### Kinds").TakeWhile(line => line != "### Greeting")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .SelectMany(cells => cells[1].Split(", ").Zip(cells[2].Split(", "), (number, name) => $"{number} {name}"));
        Assert.Equal(Enum.GetValues<FrameKind>().Select(kind => $"{(int)kind} {kind}").Order(), rows.Order());
    }
}
