namespace Appliance.Core.Import;

/// <summary>Tells what a file is.</summary>
public static class ImportFormats
{
    private static readonly string[] HeartbeatWords = ["keepalive", "deadtime", "initdead", "bcast", "ucast", "mcast", "udpport",
        "auto_failback"];
    private static readonly string[] CrmWords = ["primitive", "property", "rsc_defaults", "colocation"];
    private static readonly string[] DrbdSections = ["resource", "global", "common"];

    /// <summary>By its name, as it is called in a folder that was copied from /etc.</summary>
    public static ImportFormat ByName(string path)
    {
        var parts = path.Split('/');
        var name = parts[^1];
        return name switch
        {
            "ha.cf" => ImportFormat.HaCf,
            "haresources" => ImportFormat.Haresources,
            "authkeys" => ImportFormat.Authkeys,
            "drbd.conf" or "global_common.conf" => ImportFormat.Drbd,
            "asha.conf" => ImportFormat.Asha,
            "redfone.conf" => ImportFormat.Redfone,
            "corosync.conf" => ImportFormat.Corosync,
            _ when name.EndsWith(".res", StringComparison.Ordinal) => ImportFormat.Drbd,
            _ when parts.Length > 1 && parts[^2] == "drbd.d" && name.EndsWith(".conf", StringComparison.Ordinal) => ImportFormat.Drbd,
            _ when name.EndsWith(".crm", StringComparison.Ordinal) => ImportFormat.Crm,
            _ when name.Contains("crm", StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal) => ImportFormat.Crm,
            _ => ImportFormat.Unknown,
        };
    }

    /// <summary>By what is in it, for a file that was named.</summary>
    public static ImportFormat ByContent(string text)
    {
        foreach (var whole in text.Split('\n').Take(1000))
        {
            var line = whole.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var words = line.Split([' ', '\t'], 4, StringSplitOptions.RemoveEmptyEntries);
            if (CrmWords.Contains(words[0]) || words is ["crm", "configure", ..]) return ImportFormat.Crm;
            if (HeartbeatWords.Contains(words[0])) return ImportFormat.HaCf;
            if (words[0].Equals("[globals]", StringComparison.OrdinalIgnoreCase)) return ImportFormat.Redfone;
            if (words is ["totem" or "nodelist", "{", ..]) return ImportFormat.Corosync;
            if (DrbdSections.Contains(words[0]) && line.Contains('{')) return ImportFormat.Drbd;
            if (words is ["auth", [>= '0' and <= '9', ..]]) return ImportFormat.Authkeys;
            if (line.StartsWith("CLUSTERIP=", StringComparison.Ordinal) || line.StartsWith("ANODENAME=", StringComparison.Ordinal))
                return ImportFormat.Asha;
            if (line.Contains("::", StringComparison.Ordinal)) return ImportFormat.Haresources;
        }

        return ImportFormat.Unknown;
    }
}
