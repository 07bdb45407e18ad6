using System.Collections.Immutable;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>What an operator wants of a bridge; the meaning of a redfone.conf.</summary>
/// <param name="Host">Name or IPv4 address of the bridge (<c>fb=</c>).</param>
/// <param name="Port">Ethernet port, 1 or 2, that voice leaves from.</param>
/// <param name="Server">Where voice goes; null is only right for an inline echo canceller.</param>
/// <param name="Priorities">Four bytes. 0: take the clock from this span; 1 to 3: next in order; all 0: the bridge's own clock.</param>
/// <param name="Pll">The wander filter of the clock is used.</param>
/// <param name="Spans">Four places; null: not configured, the bridge keeps what it has.</param>
/// <param name="Dsp">Law, channels, use of the echo canceller.</param>
public sealed record BridgeConfig(
    string Host,
    int Port,
    EthernetAddress? Server,
    ImmutableArray<byte> Priorities,
    bool Pll,
    ImmutableArray<SpanConfig?> Spans,
    DspConfig Dsp)
{
    public const int SpanCount = 4;

    /// <summary>The usual order: span 1 first.</summary>
    public static ImmutableArray<byte> UsualPriorities { get; } = [0, 1, 2, 3];
}

/// <summary>One span.</summary>
/// <param name="IsE1">Else T1 or J1.</param>
/// <param name="IsJ1">J1; never together with E1.</param>
/// <param name="Esf">Extended superframe (T1).</param>
/// <param name="Ami">Else B8ZS (T1) or HDB3 (E1).</param>
/// <param name="Signalling">Robbed bits (T1) or CAS (E1): there is no D-channel.</param>
/// <param name="Crc4">CRC multiframe (E1).</param>
/// <param name="Loopback">The line's signal is returned to it.</param>
/// <param name="Equaliser">Long haul.</param>
/// <param name="BuildOut">Line build-out, the code of the transceiver.</param>
/// <param name="Dejitter">Jitter attenuators on.</param>
/// <param name="Slave">Firmware before build 36: takes the clock from this span.</param>
public sealed record SpanConfig(
    bool IsE1,
    bool IsJ1,
    bool Esf,
    bool Ami,
    bool Signalling,
    bool Crc4,
    bool Loopback,
    bool Equaliser,
    byte BuildOut,
    bool Dejitter,
    bool Slave)
{
    /// <summary>Timeslots that carry something.</summary>
    public int Timeslots => IsE1 ? 31 : 24;

    /// <summary>Index of the D-channel, from 0.</summary>
    public int DChannel => IsE1 ? 15 : 23;
}

/// <summary>What becomes of the echo canceller.</summary>
/// <param name="Companding">Null: A-law when the first span is E1, else µ-law.</param>
/// <param name="Off">All channels pass untouched.</param>
/// <param name="Bypassed">The DSP is taken out of the path.</param>
/// <param name="Channels">Type of each of the 128 native channels when the file lists them; default: the usual ones.</param>
public sealed record DspConfig(Companding? Companding, bool Off, bool Bypassed, ImmutableArray<ChannelType> Channels);
