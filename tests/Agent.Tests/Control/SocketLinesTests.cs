using System.Net.Sockets;
using System.Text;
using Appliance.Agent.Control;

namespace Appliance.Agent.Tests.Control;

public sealed class SocketLinesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-lines-").FullName;
    private readonly Socket _sender;
    private readonly Socket _receiver;

    public SocketLinesTests()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, "s")));
        listener.Listen(1);
        _sender = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sender.Connect(listener.LocalEndPoint!);
        _receiver = listener.Accept();
    }

    [Fact]
    public async Task Any_chunking_gives_the_same_lines()
    {
        var random = new Random(3);
        var expected = Enumerable.Range(0, 400).Select(_ => new string('a', random.Next(5000))).ToList();
        var bytes = Encoding.ASCII.GetBytes(string.Concat(expected.Select(line => line + "\n")));
        var sending = Task.Run(() =>
        {
            for (var at = 0; at < bytes.Length;)
            {
                var size = Math.Min(random.Next(1, 9000), bytes.Length - at);
                at += _sender.Send(bytes.AsSpan(at, size));
            }
        });
        var lines = new SocketLines(_receiver, 5000);
        foreach (var line in expected)
        {
            Assert.Equal(LineEnd.Line, lines.Read(Patience, out var read));
            Assert.Equal(line, Encoding.ASCII.GetString(read.Span));
        }

        await sending;
    }

    [Fact]
    public void A_line_that_came_with_the_one_before_is_readable_at_once()
    {
        var lines = new SocketLines(_receiver, 100);
        _sender.Send("one\ntwo\nthr"u8);
        Assert.Equal(LineEnd.Line, lines.Read(Patience, out _));
        Assert.True(lines.Readable(TimeSpan.Zero));
        Assert.Equal(LineEnd.Line, lines.Read(Patience, out var second));
        Assert.Equal("two", Encoding.ASCII.GetString(second.Span));
        Assert.False(lines.Readable(TimeSpan.Zero));
        Assert.Equal(LineEnd.TooLate, lines.Read(TimeSpan.FromMilliseconds(50), out _));
    }

    [Theory]
    [InlineData(0, LineEnd.Line)]
    [InlineData(99, LineEnd.Line)]
    [InlineData(100, LineEnd.Line)]
    [InlineData(101, LineEnd.TooLong)]
    [InlineData(5000, LineEnd.TooLong)]
    public void The_bound_is_exact(int length, LineEnd end)
    {
        _sender.Send(Encoding.ASCII.GetBytes(new string('x', length) + "\n"));
        Assert.Equal(end, new SocketLines(_receiver, 100).Read(Patience, out _));
    }

    [Fact]
    public void A_line_without_its_end_is_no_line()
    {
        _sender.Send("half"u8);
        _sender.Dispose();
        Assert.Equal(LineEnd.Closed, new SocketLines(_receiver, 100).Read(Patience, out _));
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
