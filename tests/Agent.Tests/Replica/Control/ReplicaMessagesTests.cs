using System.Text.Json;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Tests.Replica.Control;

/// <summary>The words between the agent and a replica's process.</summary>
public sealed class ReplicaMessagesTests
{
    [Fact]
    public void An_order_travels_with_its_arguments()
    {
        var arguments = new ReplicaArguments(Term: ulong.MaxValue, Force: true);
        var sent = new ReplicaRequest(ReplicaCommands.Order, ReplicaOrderNames.Primary, arguments);
        var line = JsonSerializer.SerializeToUtf8Bytes(sent, ReplicaRequestJson.Strict.ReplicaRequest);
        Assert.DoesNotContain((byte)'\n', line);
        var heard = JsonSerializer.Deserialize(line, ReplicaRequestJson.Strict.ReplicaRequest);
        Assert.Equal(sent, heard);
        Assert.Equal(new ReplicaOrder.Primary(ulong.MaxValue, false, true), ReplicaOrderNames.Read(heard!.Order, heard.Arguments, out _));
    }

    [Theory]
    [InlineData("primary")]
    [InlineData("secondary")]
    [InlineData("connect")]
    [InlineData("disconnect")]
    [InlineData("invalidate")]
    [InlineData("verify")]
    [InlineData("resize")]
    [InlineData("detach")]
    [InlineData("peer-fenced")]
    [InlineData("outdate")]
    [InlineData("peer-dead")]
    [InlineData("suspend-io")]
    [InlineData("resume-io")]
    [InlineData("stop")]
    public void Every_order_has_a_name_and_needs_no_argument(string name)
    {
        Assert.NotNull(ReplicaOrderNames.Read(name, null, out var error));
        Assert.Equal("", error);
    }

    [Fact]
    public void What_an_order_does_not_know_is_refused_in_words()
    {
        Assert.Null(ReplicaOrderNames.Read("verify", new ReplicaArguments(Bytes: 1), out var error));
        Assert.Equal("the order verify does not take these arguments", error);
        Assert.Null(ReplicaOrderNames.Read("explode\n", null, out error));
        Assert.StartsWith("there is no order 'explode", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.Null(ReplicaOrderNames.Read(null, null, out _));
        Assert.Null(ReplicaOrderNames.Read("resize", new ReplicaArguments(Bytes: -1), out error));
        Assert.Equal("a size is not negative", error);
        Assert.ThrowsAny<JsonException>(() =>
            JsonSerializer.Deserialize("{\"command\":\"order\",\"now\":1}", ReplicaRequestJson.Strict.ReplicaRequest));
    }

    [Fact]
    public void A_watch_line_is_compared_by_value_and_says_states_in_words()
    {
        var watch = new ReplicaWatch(
            "data", ConnectionState.Connected, ReplicaRole.Primary, ReplicaRole.Secondary, DiskState.UpToDate, DiskState.UpToDate, "", "",
            false, false, false, true, 7, 1 << 30, "/dev/appliance/data", false);
        var line = JsonSerializer.Serialize(new ReplicaReply(true, Watch: watch), ReplicaReplyJson.Readable.ReplicaReply);
        Assert.Contains("\"disk\":\"UpToDate\"", line, StringComparison.Ordinal);
        Assert.Equal(watch, JsonSerializer.Deserialize(line, ReplicaReplyJson.Readable.ReplicaReply)!.Watch);
    }
}
