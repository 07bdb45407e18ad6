using Appliance.Agent.Heartbeat;
using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Drivers.SerialPort;

namespace Appliance.Agent.LinuxHa;

/// <summary>
/// A serial line with messages as text. Every message counts in this protocol, so what does not fit on the line at once waits; when the
/// line is so slow that its queue is full, a message is left out and comes when the other node asks for it.
/// </summary>
internal sealed class HaSerialMedium(ISerialPort port) : Medium
{
    private const int QueueBytes = 4 * HaLimits.FrameBytesMax;

    /// <summary>The device may hold this much; more would delay what is said later.</summary>
    private const int DeviceBytes = 512;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _queue = new byte[QueueBytes];
    private readonly byte[] _chunk = new byte[512];
    private readonly HaDeframer _deframer = new();
    private int _queued;
    private int _chunkStart;
    private int _chunkEnd;
    private Instant? _continueAt;

    public override int Fd => port.Fd;

    public override long NoiseBytes => _deframer.NoiseBytes;

    public override Instant? ContinueAt => _continueAt;

    public override Sending Send(ReadOnlySpan<byte> frame, Instant now)
    {
        if (_queued + frame.Length > _queue.Length) return Sending.Failed;
        frame.CopyTo(_queue.AsSpan(_queued));
        _queued += frame.Length;
        return Write(now) ? Sending.Done : Sending.Broken;
    }

    public override Sending Continue(Instant now) => Write(now) ? Sending.Later : Sending.Broken;

    public override Taking TryTake(out ReadOnlySpan<byte> frame)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _chunk.AsSpan(_chunkStart, _chunkEnd - _chunkStart);
            var found = _deframer.TryTake(ref rest, out frame);
            _chunkStart = _chunkEnd - rest.Length;
            if (found) return Taking.Frame;
            var got = port.Read(_chunk);
            if (got.Error != 0) return got.Failed ? Taking.Broken : Taking.Nothing;
            (_chunkStart, _chunkEnd) = (0, got.Count);
        }
    }

    public override void Dispose() => port.Dispose();

    /// <summary>False when the device is gone.</summary>
    private bool Write(Instant now)
    {
        while (_queued > 0 && port.Queued < DeviceBytes)
        {
            var done = port.Write(_queue.AsSpan(0, Math.Min(_queued, DeviceBytes)));
            if (done.Failed) return false;
            if (done.Count <= 0) break;
            _queued -= done.Count;
            _queue.AsSpan(done.Count, _queued).CopyTo(_queue);
        }

        _continueAt = _queued > 0 ? now + Retry : null;
        return true;
    }
}
