using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Openings name interfaces that exist, and what people forget is said.</summary>
internal static class FirewallRelations
{
    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("firewall", out Section firewall)) return;
        var network = root.Has("network", out Section found) ? found : null;
        var openings = firewall.Sections("open");
        foreach (var open in openings) Interfaces(open, network, findings);
        if (root.Has("heartbeat", out Section heartbeat))
            foreach (var link in heartbeat.Sections("link")) Plain(link, findings);
        foreach (var device in root.Sections("device")) Plain(device, findings);
        if (!IsOpen("ssh"))
            findings.Warning(firewall.At, firewall.Path, "ssh is not open: the node can only be reached by its console");
        if (!IsOpen("sip") && !IsOpen("sips") && !IsOpen("iax") && ServesTelephony(root))
            findings.Warning(firewall.At, firewall.Path, "neither sip nor sips nor iax is open, but asterisk.service is served");

        bool IsOpen(string word)
        {
            foreach (var open in openings)
                if (open.Word == word) return true;
            return false;
        }
    }

    private static void Interfaces(Section open, Section? network, Findings findings)
    {
        if (network is null) return;
        foreach (var name in NetworkText.Texts(open, "interfaces"))
        {
            var isThere = false;
            foreach (var one in network.Sections("interface")) isThere |= one.Name == name;
            if (!isThere)
                findings.Error(open.Place("interfaces"), open.PathOf("interfaces"),
                    $"there is no [[network.interface]] {Words.Quoted(name)}");
        }
    }

    /// <summary>What goes into a rule must not be a pattern there.</summary>
    private static void Plain(Section user, Findings findings)
    {
        if (user.Has("interface", out string name) && name != "lo" && !NetworkSchema.IsPlain(name))
            findings.Error(user.Place("interface"), user.PathOf("interface"),
                $"found {Words.Quoted(name)}; with [firewall] expected a name of letters, digits, \"-\", \"_\" and \".\"");
    }

    private static bool ServesTelephony(Section root)
    {
        foreach (var group in root.Sections("group"))
        foreach (var resource in group.Sections("resource"))
            if (resource.Get("unit", "") == "asterisk.service") return true;
        return false;
    }
}
