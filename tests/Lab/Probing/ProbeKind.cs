namespace Appliance.Lab.Probing;

/// <summary>What a client on the LAN can ask the service address.</summary>
public enum ProbeKind
{
    /// <summary>Who has the address (ARP).</summary>
    Arp,

    /// <summary>A TCP connection; a refusal is an answer too, because it comes from the address.</summary>
    Tcp,

    /// <summary>A new database connection and one committed row.</summary>
    MySql,

    /// <summary>SIP OPTIONS from a connected socket, so that only an answer from the service address counts.</summary>
    Sip,
}
