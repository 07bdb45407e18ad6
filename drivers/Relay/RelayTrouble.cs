namespace Appliance.Drivers.Relay;

/// <summary>How the inner parts of a relay give up; <see cref="BoardRelay"/> makes an answer of it. Never leaves this folder.</summary>
internal sealed class RelayTrouble(RelayFault fault, string words) : IOException(words)
{
    public RelayFault Fault => fault;
}
