namespace Appliance.Core.FoneBridge.Wire;

/// <summary>Command bytes of a foneBRIDGE2 that we send or that its twin answers. Names are the vendor's.</summary>
public enum BridgeCommand : byte
{
    /// <summary>Parameter: mask of spans to apply, 0 only reads. 64 bytes in, 64 bytes out.</summary>
    Reconfig = 1,
    ReadBlock = 2,
    WriteBlock = 3,
    StartWrite = 6,
    GetStaticInfo = 7,
    WriteDsp = 9,
    ReadDsp = 10,
    Reset = 12,
    ReadMemory = 13,

    /// <summary>Parameter: channel type 0 to 3; the payload is the mask of the 128 channels that have it.</summary>
    EchoChannelType = 16,
    SpiReadRegister = 18,
    SpiWriteRegister = 19,

    /// <summary>Parameter: 0 stops TDMoE, 1 starts it, 2 returns what arrives.</summary>
    TransmitControl = 20,

    /// <summary>Parameter: Ethernet port 0 or 1; the payload is the MAC address that TDMoE goes to.</summary>
    DestinationMac = 21,

    /// <summary>Parameter: <see cref="RegisterOperation"/>; bit 0 of the mask bypasses the DSP.</summary>
    LoopbackSelect = 23,
    GetGpakFlash = 25,
    GetDspUsage = 26,
    GetStatistics = 27,
    GetSignalling = 28,
    SignallingSpy = 29,
    LfsrCheck = 31,

    /// <summary>Parameter 4: companding; the payload byte is 3 (µ-law) or 4 (A-law).</summary>
    EchoParameter = 33,

    /// <summary>Parameter: mask of spans, 0 only reads.</summary>
    SetPriority = 34,
    LineWriteRegister = 35,
    LineReadRegister = 36,
    TdmRegister = 38,

    /// <summary>Keeps the configuration across a loss of power.</summary>
    StoreConfig = 39,

    /// <summary>Forgets the kept configuration.</summary>
    ClearConfig = 40,
    WriteKey = 41,
    ClockSelect = 43,
}

/// <summary>What commands 23, 38 and 43 do with their mask.</summary>
public enum RegisterOperation : byte
{
    Read = 0,
    Set = 1,
    Clear = 2,
    Force = 3,
}
