using System.Diagnostics;
using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Tests.SerialPort;

/// <summary>What every serial port promises.</summary>
public abstract class SerialPortContract : IDisposable
{
    protected abstract ISerialPort Left { get; }

    protected abstract ISerialPort Right { get; }

    [Fact]
    public void Every_byte_value_arrives_unchanged_and_in_order()
    {
        byte[] sent = [.. Enumerable.Range(0, 512).Select(number => (byte)number)];
        Write(Left, sent);
        Assert.Equal(sent, Read(Right, sent.Length));
        Write(Right, sent);
        Assert.Equal(sent, Read(Left, sent.Length));
    }

    [Fact]
    public void Reading_an_idle_line_does_not_wait()
    {
        var watch = Stopwatch.StartNew();
        Assert.True(Left.Read(new byte[16]).WouldWait);
        Assert.True(watch.ElapsedMilliseconds < 500);
    }

    [Fact]
    public void Writing_to_a_line_that_takes_nothing_does_not_wait()
    {
        Stall();
        var watch = Stopwatch.StartNew();
        var taken = 0L;
        for (var round = 0; round < 1000; round++) taken += Left.Write(new byte[100]).Count;
        Assert.True(taken < 100_000, $"{taken} bytes vanished in a stalled line");
        Assert.True(watch.ElapsedMilliseconds < 2000);
    }

    [Fact]
    public unsafe void Descriptor_polls_readable_when_bytes_are_there()
    {
        Write(Left, [1, 2, 3]);
        var entry = new PollFd { Fd = Right.Fd, Events = PollFd.In };
        Assert.Equal(1, PollFd.Wait(&entry, 1, TimeSpan.FromSeconds(2)));
        Assert.Equal([1, 2, 3], Read(Right, 3));
    }

    [Fact]
    public void Device_that_is_gone_fails_and_does_not_throw()
    {
        TakeAway();
        Assert.True(SpinWait.SpinUntil(() => Left.Read(new byte[16]).Failed, 2000));
    }

    /// <summary>From now on nobody takes bytes from the left end.</summary>
    protected abstract void Stall();

    protected abstract void TakeAway();

    public virtual void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void Write(ISerialPort port, ReadOnlySpan<byte> bytes)
    {
        var watch = Stopwatch.StartNew();
        while (bytes.Length > 0 && watch.ElapsedMilliseconds < 5000) bytes = bytes[port.Write(bytes).Count..];
        Assert.Equal(0, bytes.Length);
    }

    private static byte[] Read(ISerialPort port, int count)
    {
        var bytes = new byte[count];
        var got = 0;
        var watch = Stopwatch.StartNew();
        while (got < count && watch.ElapsedMilliseconds < 5000) got += port.Read(bytes.AsSpan(got)).Count;
        return bytes[..got];
    }
}

public class SimulatedSerialPortTests : SerialPortContract
{
    private readonly (SimulatedSerialPort Left, SimulatedSerialPort Right) _cable = SimulatedSerialPort.Pair(1);

    protected override ISerialPort Left => _cable.Left;

    protected override ISerialPort Right => _cable.Right;

    // Nobody reads the right end in that test.
    protected override void Stall()
    {
    }

    protected override void TakeAway() => _cable.Left.Gone = true;
}

public class LinuxSerialPortTests : SerialPortContract
{
    private readonly NullModem _cable = new();
    private LinuxSerialPort? _left;
    private LinuxSerialPort? _right;

    protected override ISerialPort Left => _left ??= Open(_cable.Device(0));

    protected override ISerialPort Right => _right ??= Open(_cable.Device(1));

    public LinuxSerialPortTests()
    {
        // Both ends are raw before the first byte: a fresh terminal echoes.
        _ = Left;
        _ = Right;
    }

    [Theory]
    [InlineData(9600)]
    [InlineData(19200)]
    [InlineData(76800)]
    [InlineData(115200)]
    [InlineData(921600)]
    public void Any_speed_is_taken(int baud)
    {
        using var port = LinuxSerialPort.TryOpen(_cable.Device(0), baud, out var problem);
        Assert.Equal("", problem);
        Assert.NotNull(port);
    }

    [Fact]
    public void Missing_device_says_what_to_do()
    {
        Assert.Null(LinuxSerialPort.TryOpen("/dev/ttyNOTHING7", 19200, out var problem));
        Assert.Equal("/dev/ttyNOTHING7 does not exist: is the adapter plugged in?", problem);
    }

    [Fact]
    public void File_that_is_no_serial_line_is_refused()
    {
        Assert.Null(LinuxSerialPort.TryOpen("/dev/null", 19200, out var problem));
        Assert.StartsWith("/dev/null is not a serial line", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_that_returns_can_be_opened_again()
    {
        _cable.Unplug(0);
        Assert.True(SpinWait.SpinUntil(() => Left.Read(new byte[1]).Failed, 2000));
        Assert.Null(LinuxSerialPort.TryOpen(_cable.Device(0), 19200, out _));
        _cable.Plug(0);
        using var again = LinuxSerialPort.TryOpen(_cable.Device(0), 19200, out var problem);
        Assert.True(again is not null, problem);
        Assert.Equal(2, again.Write([1, 2]).Count);
        var bytes = new byte[2];
        Assert.True(SpinWait.SpinUntil(() => Right.Read(bytes).Count == 2, 2000));
    }

    protected override void Stall() => _cable.Unplug(1);

    protected override void TakeAway() => _cable.Unplug(0);

    public override void Dispose()
    {
        base.Dispose();
        _cable.Dispose();
        GC.SuppressFinalize(this);
    }

    private static LinuxSerialPort Open(string device) =>
        LinuxSerialPort.TryOpen(device, 19200, out var problem) ?? throw new InvalidOperationException(problem);
}
