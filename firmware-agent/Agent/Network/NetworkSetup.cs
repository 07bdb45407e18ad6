using System.Text;
using Appliance.Agent.State;
using Appliance.Core.Configuration;
using Appliance.Core.Firewall;
using Appliance.Core.Network;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Network;

/// <summary>Carries the rendered files and rules to the machine.</summary>
public static class NetworkSetup
{
    /// <summary>Where files count; another folder is a rehearsal, and nobody is told.</summary>
    public const string Live = "/run";

    private const string Networkctl = "/usr/bin/networkctl";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    //  rules are checked ─no▶ nothing changes      rules load (one transaction) ─no▶ the old ones stay, no file is written
    //        │ yes                                        │ yes
    //        ▼                                            ▼
    //  nothing to change: silence            files are replaced, stale ones go ─▶ networkd reads them again, if it runs

    /// <summary>Null when all is as the file says, else what is not.</summary>
    /// <param name="run">Usually <see cref="Live"/>.</param>
    /// <param name="said">What was done, a sentence each.</param>
    public static string? Apply(ApplianceConfig config, int node, string run, out List<string> said)
    {
        said = [];
        var rules = Ruleset.Of(config, node);
        if (Nft.Check(rules) is { } wrong) return $"nothing was changed: {wrong}";
        if (rules.Length > 0)
        {
            if (Nft.Load(rules) is { } refused) return $"the rules that were in force stay: {refused}";
            said.Add("the rules of the firewall are in force");
        }
        else if (run == Live && Nft.IsLoaded())
        {
            if (Nft.Load(Ruleset.Removal) is { } refused) return $"the rules of before stay, although [firewall] is gone: {refused}";
            said.Add("[firewall] is not in the file any more: its rules are gone");
        }

        if (Files(config, node, run, said, out var links) is { } problem) return problem;
        return run == Live && said.Exists(text => text.StartsWith(run, StringComparison.Ordinal)) ? Tell(links, said) : null;
    }

    /// <summary>Writes what is new, removes what is no more.</summary>
    /// <param name="links">A card got another name.</param>
    private static string? Files(ApplianceConfig config, int node, string run, List<string> said, out bool links)
    {
        links = false;
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var file in NetworkdFiles.Of(config, node))
            {
                var path = Path.Combine(run, file.Folder, file.Name);
                wanted.Add(path);
                var bytes = Encoding.ASCII.GetBytes(file.Text);
                if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (AtomicFile.Write(path, bytes) is { } refused) return refused;
                links |= path.EndsWith(".link", StringComparison.Ordinal);
                said.Add($"{path} written");
            }

            foreach (var folder in NetworkdFiles.Folders)
            {
                var place = Path.Combine(run, folder);
                if (!Directory.Exists(place)) continue;
                foreach (var path in Directory.GetFiles(place, NetworkdFiles.Prefix + "*"))
                {
                    if (wanted.Contains(path)) continue;
                    File.Delete(path);
                    said.Add($"{path} removed");
                }
            }

            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"the files of systemd-networkd: {fault.Message}";
        }
    }

    /// <summary>At boot nobody is there to be told: networkd starts later and reads the files then.</summary>
    private static string? Tell(bool links, List<string> said)
    {
        // Only where systemd runs (sd_booted(3)).
        if (!Directory.Exists("/run/systemd/system")) return null;
        if (links && Run(["/usr/bin/udevadm", "trigger", "--action=add", "--subsystem-match=net", "--settle"]) is { } unnamed)
            return $"the cards did not get their names: {unnamed}";
        if (!Directory.Exists("/run/systemd/netif/links")) return null;
        if (Run([Networkctl, "reload"]) is { } deaf)
            return $"systemd-networkd did not read the files again: {deaf}; they count from its next start";
        said.Add("systemd-networkd has read the files");
        return null;
    }

    private static string? Run(string[] command)
    {
        using var abandon = new CancellationTokenSource(Bound);
        var end = ProcessRunner.Run(command, null, abandon.Token);
        return end.ExitCode == 0 ? null : $"{string.Join(' ', command)}: {end.Words}";
    }
}
