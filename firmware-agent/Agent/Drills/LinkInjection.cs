using Appliance.Agent.Network;

namespace Appliance.Agent.Drills;

/// <summary>
/// Drops the heartbeats that arrive over one link by a table of its own in the kernel's packet filter. The rule holds only for as long as
/// an element of its set lives, and that has a timeout: if the drill is killed, the link comes back by itself. What leaves is let go: a
/// socket whose packets are filtered gets errors, and the silence would be found out by them.
/// </summary>
internal sealed class LinkInjection(DrillFault.Link link) : IDrillInjection
{
    private const string Table = "inet appliance_drill";

    /// <summary>The drill takes the fault back itself before that.</summary>
    private const int MarginS = 2;

    private bool _isThere;

    /// <summary>What is loaded.</summary>
    internal static string Rules(DrillFault.Link link) => $$"""
        table {{Table}} {
            set ports {
                type inet_service
                flags timeout
                elements = { {{link.Port}} timeout {{(link.BoundMs / 1000) + MarginS}}s }
            }
            chain in {
                type filter hook input priority -300
                iifname "{{link.Interface}}" udp dport @ports drop
            }
        }

        """;

    public string? Inject()
    {
        var problem = Nft.Load(Removal + Rules(link));
        _isThere = problem is null;
        return problem;
    }

    public string? Release()
    {
        if (!_isThere) return null;
        _isThere = false;
        return Nft.Load(Removal);
    }

    public void Dispose() => Release();

    /// <summary>Works whether the table is there or not.</summary>
    private static string Removal => $"table {Table}\ndelete table {Table}\n";
}
