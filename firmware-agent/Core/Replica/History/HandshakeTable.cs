namespace Appliance.Core.Replica.History;

/// <summary>DRBD's decision table for two nodes (reference: drbd's uuid_compare), with the valid-bases list.</summary>
public static class HandshakeTable
{
    /// <summary>What to do with a peer that says this of itself.</summary>
    public static Verdict Judge(HandshakeFacts mine, HandshakeFacts theirs) =>
        throw new InvariantException($"{mine.Node} {theirs.Node}: the table is not here yet");
}
