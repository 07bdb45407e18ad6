using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of <c>[firewall]</c>, and its canonical text.</summary>
internal static class FirewallText
{
    public static FirewallConfig? Build(Section root) =>
        root.Has("firewall", out Section firewall) ? new FirewallConfig([.. firewall.Sections("open").Select(Opening)]) : null;

    public static void Write(TomlText text, FirewallConfig firewall)
    {
        text.Title("[firewall]");
        foreach (var open in firewall.Open)
        {
            text.Title("[[firewall.open]]").Line("service", open.Service);
            if (open.Service == "other") text.Line("protocol", open.Protocol);
            text.Line("ports", PortsType.Text(open.First, open.Last)).Line("from", open.From).Line("interfaces", open.Interfaces);
        }
    }

    private static OpeningConfig Opening(Section open)
    {
        var ports = open.Get<PortRange>("ports");
        var protocol = open.Get("protocol", "");
        foreach (var service in FirewallSchema.Services)
            if (service.Word == open.Word) protocol = service.Protocol;
        Invariant.Check(protocol.Length > 0);
        return new OpeningConfig(
            open.Word, protocol, ports.First, ports.Last, NetworkText.Texts(open, "from"), NetworkText.Texts(open, "interfaces"));
    }
}
