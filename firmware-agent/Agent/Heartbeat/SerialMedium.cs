using Appliance.Agent.Clock;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Drivers.SerialPort;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// A serial line. It is slow: while a frame is on the line only the newest one waits, older ones are dropped, so that what the peer
/// reads was said just now. The speed of the line is kept by arithmetic, because a USB adapter swallows more than it sends.
/// </summary>
internal sealed class SerialMedium(ISerialPort port, int baud) : Medium
{
    private const int BitsPerByte = 10; // 8N1
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _onLine = new byte[SerialFramer.StreamMax];
    private readonly byte[] _waiting = new byte[SerialFramer.StreamMax];
    private readonly byte[] _chunk = new byte[512];
    private readonly SerialDeframer _deframer = new();
    private int _onLineLength;
    private int _written;
    private int _waitingLength;
    private int _chunkStart;
    private int _chunkEnd;
    private Instant _freeAt;
    private Instant? _continueAt;
    private Instant _listenAt;

    public override int Fd => port.Fd;

    public override long NoiseBytes => _deframer.NoiseBytes;

    public override Instant? ContinueAt => _continueAt;

    public override Instant ListenAt => _listenAt;

    public override Sending Send(ReadOnlySpan<byte> frame, Instant now)
    {
        _waitingLength = SerialFramer.Frame(frame, _waiting);
        return Continue(now);
    }

    public override Sending Continue(Instant now)
    {
        _continueAt = now + Retry;
        if (_written < _onLineLength) return Write() ? Sending.Later : Sending.Broken;
        if (_waitingLength == 0)
        {
            _continueAt = null;
            return Sending.Later;
        }

        if (now < _freeAt)
        {
            _continueAt = _freeAt;
            return Sending.Later;
        }

        // The device still holds more than a frame: the line is slower than it should be.
        if (port.Queued > SerialFramer.StreamMax) return Sending.Later;
        Begin(now);
        return Write() ? Sending.Done : Sending.Broken;
    }

    private void Begin(Instant now)
    {
        _waiting.AsSpan(0, _waitingLength).CopyTo(_onLine);
        (_onLineLength, _written, _waitingLength) = (_waitingLength, 0, 0);
        _freeAt = now + LineTime(_onLineLength);
    }

    /// <summary>False when the device is gone.</summary>
    private bool Write()
    {
        var done = port.Write(_onLine.AsSpan(_written, _onLineLength - _written));
        _written += done.Count;
        if (_written == _onLineLength && _waitingLength == 0) _continueAt = null;
        return !done.Failed;
    }

    public override Taking TryTake(out ReadOnlySpan<byte> frame)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _chunk.AsSpan(_chunkStart, _chunkEnd - _chunkStart);
            var found = _deframer.TryTake(ref rest, out frame);
            _chunkStart = _chunkEnd - rest.Length;
            if (found) return Taking.Frame;
            var got = port.Read(_chunk);
            if (got.Error != 0)
            {
                ExpectRest();
                return got.Failed ? Taking.Broken : Taking.Nothing;
            }

            (_chunkStart, _chunkEnd) = (0, got.Count);
        }
    }

    /// <summary>
    /// A UART hands over a few bytes at a time and would wake us ten times for one frame: sleep until the shortest frame can be complete.
    /// </summary>
    private void ExpectRest()
    {
        var missing = SerialFramer.StuffedMin + 1 - _deframer.Collected;
        var isInside = _deframer.Collected > 0 && missing > 0;
        _listenAt = isInside ? BootClock.Now + LineTime(missing) : Instant.Boot;
    }

    private TimeSpan LineTime(int bytes) => new(bytes * BitsPerByte * TimeSpan.TicksPerSecond / baud);

    public override void Dispose() => port.Dispose();
}
