using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.Ublk;

/// <summary>
/// <c>/dev/ublkbN</c>: requests come straight into the loop's own io_uring. When this process dies the kernel keeps the device, holds new
/// requests back and gives what was under way to the next process again.
/// </summary>
internal sealed class UblkDevice : IKernelDevice
{
    private const string Kind = "ublk";
    private const uint AnyDevice = uint.MaxValue;
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private static readonly TimeSpan TakeOverBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NodeBound = TimeSpan.FromSeconds(5);
    private readonly DeviceParts _parts;
    private readonly DeviceNote _note;
    private readonly ulong _mark;
    private UblkQueue? _queue;
    private int _device = -1;
    private int _fd = -1;
    private int _depth;
    private bool _leaving;
    private bool _stopped;
    private Action<string?>? _vanished;

    public UblkDevice(DeviceParts parts)
    {
        _parts = parts;
        _note = new DeviceNote(parts.RunPath(".front"));
        _mark = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"appliance-{parts.Options.Name}")));
        var noted = _note.Read(Kind);
        if (noted < 0 || UblkControl.Info((uint)noted, out var info) < 0 || info.Mark != _mark) return;
        (_device, _depth, Survived) = (noted, info.Depth, true);
    }

    public string Path => _device < 0 ? "" : $"/dev/ublkb{_device}";

    public bool Survived { get; private set; }

    private string QueuePath => $"/dev/ublkc{_device}";

    public void Appear(Action<string?> done)
    {
        if (_parts.Loop is not UringLoop loop)
        {
            done("ublk needs the io_uring loop");
            return;
        }

        var survived = Survived;
        _parts.Background.Run(survived ? BeginRecovery : Add, failure =>
        {
            if (failure is null && Serve(loop) is { } reason) failure = reason;
            if (failure is not null)
            {
                if (!survived) Discard();
                done(failure);
                return;
            }

            _parts.Background.Run(survived ? EndRecovery : Start, words =>
            {
                if (words is null) Survived = false;
                done(words);
            });
        });
    }

    public void Vanish(Action<string?> done)
    {
        if (_device < 0)
        {
            done(null);
            return;
        }

        (_leaving, _stopped, _vanished) = (true, false, done);
        _parts.Background.Run(Stop, held =>
        {
            _stopped = held is null;
            if (_stopped)
            {
                if (_queue is not { } queue || queue.Withdraw()) Delete();
                return;
            }

            (_leaving, _vanished) = (false, null);
            done(held);
        });
    }

    public bool Leave() => _device >= 0;

    public void BuffersFree() => _queue?.BuffersFree();

    /// <summary>From Linux 6.16 on; an older kernel keeps the size until the device is made anew.</summary>
    public void Resized(long size)
    {
        if (_device >= 0 && (UblkControl.Features() & UblkAbi.CanUpdateSize) != 0)
            _parts.Background.Run(() => UblkControl.Resize((uint)_device, size) < 0 ? "" : null, static _ => { });
    }

    public void Dispose()
    {
        _queue?.Dispose();
        _queue = null;
    }

    private string? Add()
    {
        if (UblkControl.Problem() is { } missing) return missing;
        _depth = Math.Min(_parts.Options.Depth, _parts.Door.Buffers.Count / 2); // The other half is for link, background and tools.
        var info = new UblkInfo
        {
            Queues = 1,
            Depth = (ushort)_depth,
            RequestBytesMax = Core.Replica.BlockBuffers.SlotBytes,
            Device = AnyDevice,
            Flags = UblkAbi.RecoveryWithReissue | UblkAbi.IoctlEncoding,
            Mark = _mark,
        };
        var result = UblkControl.Add(ref info);
        if (result < 0) return $"ublk: cannot add a device: {Errno.Words(-result)}";
        _device = (int)info.Device;
        _note.Write(Kind, _device);
        result = UblkControl.Describe(info.Device, _parts.Door.Size);
        return result < 0 ? $"{Path}: its size and features are refused: {Errno.Words(-result)}" : OpenQueue();
    }

    private string? Start()
    {
        var result = UblkControl.Start((uint)_device);
        return result < 0 ? $"{Path} does not start: {Errno.Words(-result)}" : null;
    }

    private string? BeginRecovery()
    {
        var clock = Stopwatch.StartNew();
        int result;
        do
        {
            result = UblkControl.StartRecovery((uint)_device);
            if (result >= 0) return OpenQueue();
            // EBUSY: the kernel has not yet noticed that the earlier process is dead, or it is not.
            if (result != -Errno.EBUSY) break;
            Thread.Sleep(2);
        }
        while (clock.Elapsed < TakeOverBound);
        _ = UblkControl.Info((uint)_device, out var info);
        return result == -Errno.EBUSY
            ? $"{Path} is still served by process {info.Server}"
            : $"{Path} cannot be taken over: {Errno.Words(-result)}";
    }

    private string? EndRecovery()
    {
        var result = UblkControl.EndRecovery((uint)_device);
        return result < 0 ? $"{Path} does not go on: {Errno.Words(-result)}" : null;
    }

    /// <summary>The node appears a moment after the device.</summary>
    private string? OpenQueue()
    {
        var clock = Stopwatch.StartNew();
        while ((_fd = Libc.open(QueuePath, ReadWriteCloseOnExec)) < 0)
        {
            if (clock.Elapsed > NodeBound) return $"{QueuePath}: {Errno.LastWords}";
            Thread.Sleep(2);
        }

        return null;
    }

    private string? Serve(UringLoop loop)
    {
        _queue = UblkQueue.Open(loop, _parts.Door, _fd, _depth, Path, out var reason);
        if (_queue is null) return reason;
        _queue.Ended = Ended;
        return null;
    }

    /// <summary>The driver has taken its tags back.</summary>
    private void Ended()
    {
        if (!_leaving) _parts.Lost($"{Path} was stopped by somebody else");
        else if (_stopped) Delete();
    }

    private string? Stop()
    {
        var claim = -1;
        if (!Survived)
        {
            claim = DeviceHolders.Claim(Path, out var held);
            if (claim < 0) return held;
        }

        var result = UblkControl.Stop((uint)_device);
        if (claim >= 0) _ = Libc.close(claim);
        return result < 0 ? $"{Path} does not stop: {Errno.Words(-result)}" : null;
    }

    private void Delete()
    {
        var done = _vanished;
        _vanished = null;
        _queue?.Dispose();
        _queue = null;
        _parts.Background.Run(Remove, words =>
        {
            (_leaving, Survived) = (false, false);
            done?.Invoke(words);
        });
    }

    private string? Remove()
    {
        var result = UblkControl.Delete((uint)_device);
        if (result < 0 && result != -Errno.ENODEV) return $"{Path} cannot be deleted: {Errno.Words(-result)}";
        _note.Remove();
        _device = -1;
        return null;
    }

    /// <summary>What was half made.</summary>
    private void Discard()
    {
        if (_device < 0) return;
        _queue?.Dispose();
        _queue = null;
        _parts.Background.Run(Remove, static _ => { });
    }
}
