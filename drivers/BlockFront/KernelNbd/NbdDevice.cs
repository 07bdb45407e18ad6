using System.Diagnostics;
using System.Globalization;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.BlockFront.KernelNbd;

/// <summary>
/// <c>/dev/nbdN</c>: the kernel's NBD client on one end of a socket pair, our server on the other. The device belongs to the kernel: when
/// this process dies its requests wait, and the next process gives the device a new connection. What the dead process had already read
/// comes again when the request's timer (<see cref="RequestTimerMs"/>) has run out.
/// </summary>
internal sealed unsafe class NbdDevice : IKernelDevice
{
    private const string Kind = "nbd";
    private const int UnixStreamCloseOnExec = 1 | 0x80000;
    private const int RequestTimerMs = 400;
    private const int RequestKiBMax = 128;
    private static readonly TimeSpan TakeOverBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoneBound = TimeSpan.FromSeconds(5);
    private readonly DeviceParts _parts;
    private readonly DeviceNote _note;
    private readonly string _identifier;
    private INbdServing? _server;
    private int _index = -1;

    public NbdDevice(DeviceParts parts)
    {
        (_parts, _identifier) = (parts, $"appliance-{parts.Options.Name}");
        _note = new DeviceNote(parts.RunPath(".front"));
        var noted = _note.Read(Kind);
        Survived = noted >= 0 && IsOurs(noted);
        if (Survived) _index = noted;
    }

    public string Path => _index < 0 ? "" : $"/dev/nbd{_index}";

    public bool Survived { get; private set; }

    /// <summary>Why this kernel cannot; null: it can.</summary>
    public static string? Problem()
    {
        if (KernelModule.Load("nbd") is { } reason) return reason;
        using var control = NbdControl.Open();
        return control is null ? "the kernel's NBD client does not answer (generic netlink family \"nbd\")" : null;
    }

    public void Appear(Action<string?> done)
    {
        var ends = stackalloc int[2];
        if (Libc.socketpair(1, UnixStreamCloseOnExec, 0, ends) < 0)
        {
            done($"socket pair: {Errno.LastWords}");
            return;
        }

        var kernelEnd = ends[0];
        _server?.Dispose();
        _server = NbdServing.Make(_parts);
        _server.Serve(ends[1]);
        var server = _server;
        var survived = Survived;
        _parts.Background.Run(() => survived ? TakeOver(server, kernelEnd) : Connect(kernelEnd), failure =>
        {
            _ = Libc.close(kernelEnd);
            if (failure is null) Survived = false;
            else EndServer();
            done(failure);
        });
    }

    public void Vanish(Action<string?> done) => _parts.Background.Run(Disconnect, held =>
    {
        if (held is null)
        {
            EndServer();
            (_index, Survived) = (-1, false);
        }

        done(held);
    });

    public bool Leave() => _index >= 0;

    public void BuffersFree() => _server?.BuffersFree();

    public void TurnEnds() => _server?.TurnEnds();

    public void Resized(long size)
    {
        _server?.Resized(size);
        if (_index < 0) return;
        using var control = NbdControl.Open();
        _ = control?.Resize(_index, size);
    }

    public void Dispose() => EndServer();

    private void EndServer()
    {
        _server?.Dispose();
        _server = null;
    }

    private string? Connect(int kernelEnd)
    {
        if (KernelModule.Load(Kind) is { } missing) return missing;
        using var control = NbdControl.Open();
        if (control is null) return "the kernel's NBD client does not answer";
        var index = control.Connect(kernelEnd, _parts.Door.Size, _identifier, out var reason);
        if (index < 0) return $"the kernel's NBD client: {reason}";
        _index = index;
        _note.Write(Kind, index);
        Tune();
        return null;
    }

    private string? TakeOver(INbdServing server, int kernelEnd)
    {
        using var control = NbdControl.Open();
        if (control is null) return "the kernel's NBD client does not answer";
        var clock = Stopwatch.StartNew();
        var before = server.Requests;
        var asking = false;
        while (server.Requests == before)
        {
            if (clock.Elapsed > TakeOverBound) return $"{Path} takes no new connection; is an earlier process still alive?";
            if (control.Reconnect(_index, kernelEnd, _identifier) is { Ok: false } refused) return $"{Path}: {refused.Words}";
            if (!asking) AskForABlock();
            asking = true;
            Thread.Sleep(10);
        }

        Tune();
        return null;
    }

    /// <summary>Makes the kernel send a request, so that a connection that was taken can be told from one that was ignored.</summary>
    private void AskForABlock()
    {
        var path = Path;
        new Thread(() =>
        {
            var fd = Libc.open(path, 0x4000 | 0x80000); // O_RDONLY | O_DIRECT | O_CLOEXEC
            if (fd < 0) return;
            using var block = new BlockDisk.AlignedMemory(4096);
            _ = Libc.read(fd, block.Address, 4096);
            _ = Libc.close(fd);
        })
        { IsBackground = true, Name = "front-ask" }.Start();
    }

    private void Tune()
    {
        var queue = $"/sys/block/nbd{_index}/queue";
        Set($"{queue}/io_timeout", RequestTimerMs.ToString(CultureInfo.InvariantCulture));
        Set($"{queue}/max_sectors_kb", RequestKiBMax.ToString(CultureInfo.InvariantCulture));
        Set($"{queue}/scheduler", "none");
    }

    /// <summary>What an older kernel does not have, it does without.</summary>
    private static void Set(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Slower, or later, but right.
        }
    }

    private string? Disconnect()
    {
        if (_index < 0) return null;
        using var control = NbdControl.Open();
        if (control is null) return "the kernel's NBD client does not answer";
        var claim = -1;
        if (!Survived)
        {
            claim = DeviceHolders.Claim(Path, out var held);
            if (claim < 0) return held;
        }

        var result = control.Disconnect(_index);
        if (claim >= 0) _ = Libc.close(claim);
        if (!result.Ok) return $"{Path}: cannot be disconnected: {result.Words}";
        var clock = Stopwatch.StartNew();
        while (IsConnected(_index))
        {
            if (clock.Elapsed > GoneBound) return $"{Path} does not go: {DeviceHolders.Words(Path)}";
            Thread.Sleep(2);
        }

        _note.Remove();
        return null;
    }

    private static bool IsConnected(int index) => File.Exists($"/sys/block/nbd{index}/pid");

    private bool IsOurs(int index)
    {
        if (!IsConnected(index)) return false;
        try
        {
            // Kernels before 5.14 have no identifier: the note, which does not outlive the kernel, has to do.
            var backend = $"/sys/block/nbd{index}/backend";
            return !File.Exists(backend) || File.ReadAllText(backend).Trim() == _identifier;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
