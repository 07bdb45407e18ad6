using System.Net;
using System.Net.Sockets;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;

namespace Appliance.Drivers.Tests.PeerLink;

/// <summary>Two links over a wire that harms them: each harm ends in a new connection with a reason, and no wrong byte is
/// delivered.</summary>
public sealed class DamagedLinkTests : IDisposable
{
    private readonly LinkSide _a;
    private readonly LinkSide _b;
    private readonly DamagingProxy _wire;
    private ulong _said;

    public DamagedLinkTests()
    {
        var port = FreePort();
        _wire = new DamagingProxy(port);
        _a = new LinkSide(0, port) { ChecksNumbers = true };
        _b = new LinkSide(1, _wire.Port) { ChecksNumbers = true };
    }

    [Theory]
    [InlineData(true, 1), InlineData(false, 2)]
    public void A_flipped_bit_ends_the_connection_before_it_reaches_anybody(bool towardsListener, int seed) =>
        Suffer(Harm.Flip, towardsListener, new Random(seed));

    [Theory]
    [InlineData(true, 3), InlineData(false, 4)]
    public void A_stream_that_ends_in_the_middle_delivers_no_half_frame(bool towardsListener, int seed) =>
        Suffer(Harm.Cut, towardsListener, new Random(seed));

    [Fact]
    public void A_slow_wire_is_no_fault()
    {
        _wire.Plan(Harm.Delay, towardsListener: true, 0);
        Meet();
        for (var frame = 0; frame < 40; frame++) Say(1 + (frame * 977 % BlockBuffers.SlotBytes));
        LinkSide.Until(() => _a.Number == _said && _b.Number == _said, _a, _b);
        Assert.True(_wire.HasStruck);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_half_open_connection_is_left_when_the_engine_gives_it_up_and_made_again(bool towardsListener)
    {
        _wire.Plan(Harm.Hang, towardsListener, 100_000);
        Meet();
        LinkSide.Until(() => SayAlways() && _wire.HasStruck, _a, _b);
        var (first, second) = (_a.Session, _b.Session);
        Assert.True(first > 0 && second > 0); // Nobody noticed.
        // The engine hears nothing any more and says so; the link cannot know.
        _b.Link.Disconnect(second, final: false);
        LinkSide.Until(() => _a.Session > first && _b.Session > second, _a, _b);
        Exchange();
    }

    [Fact]
    public void A_greeting_that_hangs_is_given_up_and_made_again()
    {
        _wire.Plan(Harm.Hang, towardsListener: true, 50);
        Meet();
        Assert.True(_wire.HasStruck);
        Exchange();
    }

    [Fact]
    public void Callers_from_another_address_are_hung_up_on_and_cannot_end_the_search()
    {
        var port = FreePort();
        using var a = new LinkSide(0, port, caller: IPAddress.Parse("127.0.0.2"));
        using var stranger = new LinkSide(1, port, key: 1);
        a.Link.Connect();
        stranger.Link.Connect();
        LinkSide.Until(() => stranger.Downs.Any(words => words.Contains("hung up", StringComparison.Ordinal)), a, stranger);
        for (var call = 0; call < 20; call++) HearNothing(a, port);
        Assert.False(a.IsFinal);
        Assert.Single(a.Downs); // Told once, however often they call.
        Assert.Contains("127.0.0.1 dials here, but the peer is 127.0.0.2", a.Downs[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_peer_s_own_address_is_let_in()
    {
        var port = FreePort();
        using var a = new LinkSide(0, port, caller: IPAddress.Loopback);
        using var b = new LinkSide(1, port);
        a.Link.Connect();
        b.Link.Connect();
        LinkSide.Until(() => a.Session > 0 && b.Session > 0, a, b);
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _wire.Dispose();
    }

    private void Suffer(Harm harm, bool towardsListener, Random dice)
    {
        for (var round = 0; round < 12; round++)
        {
            _wire.Plan(harm, towardsListener, dice.Next(3) == 0 ? dice.Next(400) : dice.Next(400_000));
            var victim = harm == Harm.Cut || towardsListener ? _a : _b;
            // The next connection is the one that suffers; that the one before ends is told to the listener.
            var expected = Reasons(victim, harm) + (round > 0 && harm == Harm.Cut ? 2 : 1);
            if (round > 0) _b.Link.Disconnect(_b.Session, final: false);
            else Connect();
            LinkSide.Until(() => SayAlways() && _wire.HasStruck && Reasons(victim, harm) >= expected, _a, _b);
            LinkSide.Until(() => _a.Session > 0 && _b.Session > 0, _a, _b);
            Assert.False(_a.IsFinal || _b.IsFinal);
        }

        Exchange();
    }

    /// <summary>A caller that waits for a word gets the end of the connection.</summary>
    private static void HearNothing(LinkSide a, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        LinkSide.Until(() => socket.Poll(0, SelectMode.SelectRead), a);
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    /// <summary>How often it was told why a connection ended; of a flipped bit the end alone is no reason.</summary>
    private static int Reasons(LinkSide side, Harm harm) => side.Downs.Count(words => words.Length > 0
        && (harm == Harm.Cut || !words.Contains("closed the connection", StringComparison.Ordinal)));

    private void Connect()
    {
        _a.Link.Connect();
        _b.Link.Connect();
    }

    private void Meet()
    {
        Connect();
        LinkSide.Until(() => _a.Session > 0 && _b.Session > 0, _a, _b);
    }

    /// <summary>Whole frames both ways on the connection that is there.</summary>
    private void Exchange()
    {
        LinkSide.Until(() => _a.Session > 0 && _b.Session > 0, _a, _b);
        _said = 0;
        _b.Link.Disconnect(_b.Session, final: false);
        var (first, second) = (_a.Session, _b.Session);
        LinkSide.Until(() => _a.Session > first && _b.Session > second, _a, _b);
        for (var frame = 0; frame < 10; frame++) Say(512 * (frame + 1));
        LinkSide.Until(() => _a.Number == 10 && _b.Number == 10, _a, _b);
        Assert.Equal((_a.Buffers.Count, _b.Buffers.Count), (_a.Buffers.Available, _b.Buffers.Available));
    }

    private (uint A, uint B) _speaking;
    private ulong _saidByA;
    private ulong _saidByB;

    /// <summary>Always something is under way, as far as there are buffers.</summary>
    private bool SayAlways()
    {
        if (_speaking.A != _a.Session) (_speaking.A, _saidByA) = (_a.Session, 0);
        if (_speaking.B != _b.Session) (_speaking.B, _saidByB) = (_b.Session, 0);
        if (_a.Session > 0 && _a.Buffers.Available > 60) SayOne(_a, ++_saidByA, 40_000);
        if (_b.Session > 0 && _b.Buffers.Available > 60) SayOne(_b, ++_saidByB, 40_000);
        return true;
    }

    private void Say(int length)
    {
        LinkSide.Until(() => _a.Buffers.Available > 40 && _b.Buffers.Available > 40, _a, _b);
        _said++;
        SayOne(_a, _said, length);
        SayOne(_b, _said, length);
    }

    private static void SayOne(LinkSide side, ulong number, int length)
    {
        length = Math.Max(512, length / 512 * 512);
        Assert.True(side.Buffers.TryTake(BufferUse.Metadata, out var buffer));
        side.Buffers.Of(buffer, length).Fill((byte)number);
        side.Link.Send(side.Session, new FrameHeader(FrameKind.Write, FrameFlags.None, length, number, 0, 0), buffer);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
