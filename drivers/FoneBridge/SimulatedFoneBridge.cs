using System.Buffers.Binary;
using System.Diagnostics;
using Appliance.Core;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>
/// The twin: a bridge that answers as the vendor's client expects, keeps what it is told and can be broken by its
/// <see cref="Faults"/>. It is asked by one caller at a time.
/// </summary>
public sealed class SimulatedFoneBridge
{
    private const int FramesPerSecond = 1000;
    private const int TicksPerSecond = 50_000_000;
    private const uint ReferenceOff = 0x1000;
    private readonly BridgeIdentity _identity;
    private readonly BridgeFlash _flash;
    private readonly BridgeMemory _memory = new();
    private readonly Func<TimeSpan> _clock;
    private readonly byte[][] _destinations = [new byte[6], new byte[6]];
    private readonly uint[] _sent = new uint[2];
    private readonly uint[] _received = new uint[2];
    private FlashConfig _running;
    private (byte[] Links, byte[] Priorities)? _stored;
    private TimeSpan _started;
    private TimeSpan _sending;
    private byte _steered;
    private GpakFlash _gpak;

    /// <param name="identity">What it is.</param>
    /// <param name="clock">Runs its counters; null: real time.</param>
    public SimulatedFoneBridge(BridgeIdentity identity, Func<TimeSpan>? clock = null)
    {
        var start = Stopwatch.GetTimestamp();
        (_identity, _clock) = (identity, clock ?? (() => Stopwatch.GetElapsedTime(start)));
        _flash = new BridgeFlash(identity.FlashBlock());
        _gpak = new GpakFlash(new byte[GpakFlash.Channels], (byte)identity.Law, 0x80, 0x32, 3, 0x40);
        _running = _flash.Config;
        Restart();
    }

    public BridgeFaults Faults { get; } = new();

    /// <summary>64 bytes.</summary>
    public byte[] Links { get; private set; } = new byte[64];

    public byte[] Priorities { get; private set; } = new byte[4];

    /// <summary>0 stopped, 1 sending, 2 reflecting.</summary>
    public byte Transmit { get; private set; }

    public bool IsBypassed { get; private set; }

    public uint ClockRegister { get; private set; }

    /// <summary>What the DSP has in flash.</summary>
    public GpakFlash Gpak => _gpak;

    /// <summary>The address block in effect; what is written to flash counts after a restart.</summary>
    public FlashConfig Address => _running;

    /// <summary>Starts since it was made.</summary>
    public int Starts { get; private set; }

    /// <summary>Voice frames would go here from a port, 1 or 2.</summary>
    public EthernetAddress Destination(int port) => EthernetAddress.Read(_destinations[port - 1]);

    /// <summary>Counters of a line that the next latch hands out, by register index.</summary>
    public byte[] LineCounters(int span) => _memory.Lines.Counters(span);

    public byte LineRegister(int span, byte register) => _memory.Lines.Register(span, register);

    public void SetLink(int span, bool up) => _memory.Lines.SetLink(span, up);

    /// <summary>Power was away, or a reset: what was not kept is gone, voice stands still, addresses are as in flash.</summary>
    public void Restart()
    {
        (Links, Priorities) = _stored is { } stored
            ? ((byte[])stored.Links.Clone(), (byte[])stored.Priorities.Clone()) : (new byte[64], new byte[4]);
        (Transmit, IsBypassed, ClockRegister) = (0, false, 0);
        foreach (var destination in _destinations) Array.Clear(destination);
        Array.Clear(_sent);
        _running = _flash.Config;
        _started = _clock();
        Starts++;
    }

    /// <summary>A frame of silence as it leaves a port: an E1 has 31 channels, a T1 24.</summary>
    public byte[] VoiceFrame()
    {
        var spans = new TdmoeSpan[_identity.Spans];
        for (var span = 0; span < spans.Length; span++) spans[span] = new(0, 0, (ushort)(Links[span * (Links.Length / 4)] != 0 ? 31 : 24));
        return new TdmoeHeader(spans).ToFrame();
    }

    /// <summary>Takes a datagram and gives the reply; null: none.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> datagram)
    {
        if (Lost() || datagram.Length < BridgeRequest.UdpHeader) return null;
        var (parameter, command) = (datagram[0], (BridgeCommand)datagram[1]);
        _received[0]++;
        var (status, payload) = Obey(command, parameter, datagram[BridgeRequest.UdpHeader..]);
        _sent[0]++;
        if (Faults.LoseReplies > 0)
        {
            Faults.LoseReplies--;
            return null;
        }

        if (status != BridgeStatus.Success && Faults.ShortRefusals) payload = [];
        byte[] reply = [Faults.ZeroFirstByte ? (byte)0 : parameter, (byte)status, .. payload];
        Array.Resize(ref reply, Math.Max(0, reply.Length + Faults.LengthError));
        return reply;
    }

    /// <summary>Takes the payload of a raw frame of type 0xD00F and gives that of the reply; null: none.</summary>
    public byte[]? AnswerRaw(ReadOnlySpan<byte> frame)
    {
        if (RawFrame.Read(frame, out _) is not { } request || Lost()) return null;
        var (status, payload) = Obey((BridgeCommand)request.First, request.Second, request.Payload);
        // Raw reads answer with the data alone.
        var isRead = request.First == (byte)BridgeCommand.ReadBlock && status == BridgeStatus.Success;
        return RawFrame.Write((byte)status, request.Second, isRead ? payload.AsSpan(BlockRange.Size) : payload);
    }

    private bool Lost()
    {
        if (Faults.RestartsAfter == 0) Restart();
        if (Faults.RestartsAfter >= 0) Faults.RestartsAfter--;
        if (Faults.DiesAfter == 0) Faults.Silent = true;
        if (Faults.DiesAfter >= 0) Faults.DiesAfter--;
        if (Faults.Silent) return true;
        if (Faults.LoseRequests <= 0) return false;
        Faults.LoseRequests--;
        return true;
    }

    /// <summary>A refusal has the length of a good reply, all zero: clients that look at the length first see the status.</summary>
    private (BridgeStatus Status, byte[] Payload) Obey(BridgeCommand command, byte parameter, ReadOnlySpan<byte> payload)
    {
        if (BridgeReplyLength.Of(command, parameter, payload) is not { } length) return (BridgeStatus.InvalidCommand, []);
        if (Faults.Refused.TryGetValue(command, out var refused)) return (refused, new byte[length]);
        var isCut = command is BridgeCommand.ReadBlock or BridgeCommand.WriteBlock or BridgeCommand.StartWrite
            && payload.Length < BlockRange.Size;
        var (status, reply) = isCut ? (BridgeStatus.BadLength, []) : Do(command, parameter, payload);
        Invariant.Check(status != BridgeStatus.Success || reply.Length == length);
        return (status, status == BridgeStatus.Success ? reply : new byte[length]);
    }

    private (BridgeStatus Status, byte[] Payload) Do(BridgeCommand command, byte parameter, ReadOnlySpan<byte> payload) => command switch
    {
        BridgeCommand.GetStaticInfo => (BridgeStatus.Success, _identity.Describe(_running)),
        BridgeCommand.Reconfig => Reconfig(parameter, payload),
        BridgeCommand.SetPriority => SetPriority(parameter, payload),
        BridgeCommand.TransmitControl => (TransmitControl(parameter), []),
        BridgeCommand.DestinationMac => (Steer(parameter, payload), []),
        BridgeCommand.ClockSelect => Register(parameter, payload),
        BridgeCommand.LoopbackSelect => Bypass(parameter, payload),
        BridgeCommand.GetGpakFlash => _identity.HasDsp ? (BridgeStatus.Success, _gpak.ToBytes()) : (BridgeStatus.NoSuchDevice, []),
        BridgeCommand.EchoChannelType => (SetChannels(parameter, payload), []),
        BridgeCommand.EchoParameter => (SetEcho(parameter, payload), []),
        BridgeCommand.GetStatistics => (BridgeStatus.Success, Statistics()),
        BridgeCommand.ReadBlock => ReadFlash(BlockRange.Read(payload)),
        BridgeCommand.WriteBlock => (_flash.Fill(BlockRange.Read(payload), payload[BlockRange.Size..]), []),
        BridgeCommand.StartWrite => (_flash.Commit(BlockRange.Read(payload).Address), []),
        BridgeCommand.StoreConfig => (Store(), []),
        BridgeCommand.ClearConfig => (Forget(), []),
        BridgeCommand.Reset => (Reset(), []),
        _ => _memory.Do(command, parameter, payload, _identity.HasDsp, pllLocked: (ClockRegister & ReferenceOff) == 0),
    };

    private (BridgeStatus Status, byte[] Payload) Reconfig(byte mask, ReadOnlySpan<byte> wanted)
    {
        if (wanted.Length != Links.Length) return (BridgeStatus.BadLength, []);
        for (var span = 0; span < 4; span++)
            if ((mask & (1 << span)) != 0) wanted.Slice(16 * span, 9).CopyTo(Links.AsSpan(16 * span)); // Reserved bytes stay 0.
        return (BridgeStatus.Success, (byte[])Links.Clone());
    }

    private (BridgeStatus Status, byte[] Payload) SetPriority(byte mask, ReadOnlySpan<byte> wanted)
    {
        if (wanted.Length != Priorities.Length) return (BridgeStatus.BadLength, []);
        for (var span = 0; span < Priorities.Length; span++)
            if ((mask & (1 << span)) != 0) Priorities[span] = wanted[span];
        return (BridgeStatus.Success, (byte[])Priorities.Clone());
    }

    private BridgeStatus TransmitControl(byte mode)
    {
        if (mode > 2) return BridgeStatus.BadParameter;
        if (_identity.IsInline) return BridgeStatus.NoSuchDevice;
        CountVoice();
        Transmit = mode;
        return BridgeStatus.Success;
    }

    private BridgeStatus Steer(byte port, ReadOnlySpan<byte> mac)
    {
        if (mac.Length != EthernetAddress.Size) return BridgeStatus.BadLength;
        if (port > 1) return BridgeStatus.BadParameter;
        CountVoice();
        mac.CopyTo(_destinations[port]);
        _steered = port;
        return BridgeStatus.Success;
    }

    private (BridgeStatus Status, byte[] Payload) Register(byte operation, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4) return (BridgeStatus.BadLength, []);
        if (operation > 3) return (BridgeStatus.BadParameter, []);
        ClockRegister = BridgeMemory.Apply((RegisterOperation)operation, ClockRegister, BinaryPrimitives.ReadUInt32LittleEndian(payload));
        var register = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(register, ClockRegister);
        return (BridgeStatus.Success, register);
    }

    private (BridgeStatus Status, byte[] Payload) Bypass(byte operation, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 1) return (BridgeStatus.BadLength, []);
        if (operation > 3) return (BridgeStatus.BadParameter, []);
        var register = BridgeMemory.Apply((RegisterOperation)operation, IsBypassed ? 1u : 0u, payload[0]);
        IsBypassed = (register & 1) != 0;
        return (BridgeStatus.Success, [(byte)register]);
    }

    private BridgeStatus SetChannels(byte type, ReadOnlySpan<byte> mask)
    {
        if (mask.Length != GpakFlash.Channels / 8) return BridgeStatus.BadLength;
        if (!_identity.HasDsp) return BridgeStatus.NoSuchDevice;
        if (type > 3) return BridgeStatus.BadParameter;
        for (var channel = 0; channel < GpakFlash.Channels; channel++)
            if ((mask[channel / 8] & (1 << (channel % 8))) != 0) _gpak.Types[channel] = type;
        return BridgeStatus.Success;
    }

    private BridgeStatus SetEcho(byte parameter, ReadOnlySpan<byte> value)
    {
        if (value.Length != 1) return BridgeStatus.BadLength;
        if (!_identity.HasDsp) return BridgeStatus.NoSuchDevice;
        if (parameter > 4) return BridgeStatus.BadParameter;
        _gpak = parameter switch
        {
            0 => _gpak with { TapLength = value[0] },
            1 => _gpak with { AdaptFrequency = value[0] },
            2 => _gpak with { FirSegments = value[0] },
            3 => _gpak with { FirSegmentLength = value[0] },
            _ => _gpak with { Companding = value[0] },
        };
        return BridgeStatus.Success;
    }

    private (BridgeStatus Status, byte[] Payload) ReadFlash(BlockRange range) =>
        _flash.Read(range) is { } data ? (BridgeStatus.Success, [.. range.ToBytes(), .. data]) : (BridgeStatus.OutOfBounds, []);

    private BridgeStatus Store()
    {
        _stored = ((byte[])Links.Clone(), (byte[])Priorities.Clone());
        return BridgeStatus.Success;
    }

    private BridgeStatus Forget()
    {
        _stored = null;
        return BridgeStatus.Success;
    }

    private BridgeStatus Reset()
    {
        Restart();
        return BridgeStatus.Success;
    }

    private byte[] Statistics()
    {
        CountVoice();
        var ticks = (ulong)((_clock() - _started).TotalSeconds * TicksPerSecond);
        return new BridgeStatistics([.. _received], [.. _sent], [0, 0], ticks).ToBytes();
    }

    /// <summary>Adds the voice frames since the last look to the port they left from.</summary>
    private void CountVoice()
    {
        var now = _clock();
        if (Transmit == 1) _sent[_steered] += (uint)((now - _sending).TotalSeconds * FramesPerSecond);
        _sending = now;
    }
}
