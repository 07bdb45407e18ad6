using System.Collections.Immutable;
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
    private const string Systemctl = "/usr/bin/systemctl";
    private const string Udevadm = "/usr/bin/udevadm";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Where the distribution's files are.</summary>
    private const string Distribution = "/usr/lib";

    //  rules are checked ─no▶ nothing changes      rules load (one transaction) ─no▶ the old ones stay, no file is written
    //        │ yes                                        │ yes
    //        ▼                                            ▼
    //  nothing to change: silence        files are replaced, stale ones go ─no▶ the old rules come back
    //                                                     │ yes
    //                                                     ▼
    //                                    networkd reads them again, if it runs ─no▶ they count from its next start

    /// <summary>The files of one node on this machine.</summary>
    public static ImmutableArray<NetworkFile> FilesOf(ApplianceConfig config, int node) => NetworkdFiles.Of(
        config, node, File.Exists(Path.Combine(Distribution, NetworkdFiles.NetworkFolder, NetworkdFiles.First)));

    /// <summary>Makes the machine as the file says.</summary>
    /// <param name="run">Usually <see cref="Live"/>.</param>
    public static NetworkOutcome Apply(ApplianceConfig config, int node, string run)
    {
        var said = new List<string>();
        var rules = Ruleset.Of(config, node);
        if (Nft.Check(rules) is { } wrong) return new NetworkOutcome(said) { Refused = wrong };
        var before = run == Live ? Nft.Loaded() : null;
        if (rules.Length > 0)
        {
            if (Nft.Load(rules) is { } refused) return new NetworkOutcome(said) { Refused = refused };
            said.Add("the rules of the firewall are in force");
        }
        else if (before is not null)
        {
            if (Nft.Load(Ruleset.Removal) is { } refused) return new NetworkOutcome(said) { Refused = refused };
            said.Add("[firewall] is not in the file any more: its rules are gone");
        }

        if (Files(config, node, run, said) is { } problem)
        {
            // Rules for interfaces that are not set up so would lock people out.
            var undone = run != Live ? null : Nft.Load(before ?? Ruleset.Removal);
            return new NetworkOutcome([]) { Refused = undone is null ? problem : $"{problem}; the old rules did not come back: {undone}" };
        }

        return new NetworkOutcome(said) { Unfinished = run == Live ? Tell(config, node, said) : null };
    }

    /// <summary>Writes what is new, removes what is no more; all of it or nothing.</summary>
    private static string? Files(ApplianceConfig config, int node, string run, List<string> said)
    {
        var before = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        try
        {
            foreach (var file in FilesOf(config, node))
            {
                var path = Path.Combine(run, file.Folder, file.Name);
                var bytes = Encoding.ASCII.GetBytes(file.Text);
                var old = File.Exists(path) ? File.ReadAllBytes(path) : null;
                before.Add(path, old);
                if (old is not null && old.AsSpan().SequenceEqual(bytes)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (AtomicFile.Write(path, bytes) is { } refused) return Undo(before, refused);
                said.Add($"{path} written");
            }

            foreach (var path in Stale(run, before)) Remove(path, before, said);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Undo(before, $"the files of systemd-networkd: {fault.Message}");
        }
    }

    /// <summary>Files of ours that the configuration has no more.</summary>
    private static List<string> Stale(string run, Dictionary<string, byte[]?> wanted)
    {
        var stale = new List<string>();
        foreach (var folder in NetworkdFiles.Folders)
        {
            var place = Path.Combine(run, folder);
            if (!Directory.Exists(place)) continue;
            foreach (var path in Directory.GetFiles(place))
                if (!wanted.ContainsKey(path) && NetworkdFiles.IsOurs(Path.GetFileName(path))) stale.Add(path);
        }

        return stale;
    }

    private static void Remove(string path, Dictionary<string, byte[]?> before, List<string> said)
    {
        before.Add(path, File.ReadAllBytes(path));
        File.Delete(path);
        said.Add($"{path} removed");
    }

    /// <summary>Puts back what was there; what cannot be is named as well.</summary>
    private static string Undo(Dictionary<string, byte[]?> before, string problem)
    {
        foreach (var (path, old) in before)
        {
            try
            {
                if (old is null) File.Delete(path);
                else if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(old))
                    problem += AtomicFile.Write(path, old) is { } refused ? $"; and what was there did not come back: {refused}" : "";
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                problem += $"; and what was there did not come back: {fault.Message}";
            }
        }

        return problem;
    }

    /// <summary>At boot nobody is there to be told: networkd starts later and reads the files then.</summary>
    private static string? Tell(ApplianceConfig config, int node, List<string> said)
    {
        // Only where systemd runs (sd_booted(3)).
        if (!Directory.Exists("/run/systemd/system")) return null;
        var unnamed = Unnamed(config) is null ? null : Name(config, node);
        if (!said.Exists(text => text.StartsWith(Live, StringComparison.Ordinal)) || !IsNetworkdActive()) return unnamed;
        if (Run([Networkctl, "reload"]) is { } deaf)
            return $"systemd-networkd did not read the files again: {deaf}; they count from its next start";
        said.Add("systemd-networkd has read the files");
        return unnamed;
    }

    /// <summary>Asked of systemd: a question to networkd itself would start it at boot, where it waits for us, and us for it.</summary>
    private static bool IsNetworkdActive() => Run([Systemctl, "is-active", "--quiet", "systemd-networkd.service"]) is null;

    /// <summary>Has udev give the cards their names, whether they are in use or not.</summary>
    private static string? Name(ApplianceConfig config, int node)
    {
        // udevd looks for new files every three seconds only.
        if (Run([Udevadm, "control", "--reload"]) is { } deaf) return $"the cards did not get their names: {deaf}";
        if (Run([Udevadm, "trigger", "--action=add", "--subsystem-match=net", "--settle"]) is { } refused)
            return $"the cards did not get their names: {refused}";
        return Unnamed(config) is { } one
            ? $"there is no {one.Name}: no card has the address {one.Macs[node]}, or it cannot be renamed while it is in use "
                + "(restart the node)"
            : null;
    }

    /// <summary>The first card with a name of its own that is not there under that name.</summary>
    private static InterfaceConfig? Unnamed(ApplianceConfig config)
    {
        foreach (var one in config.Network?.Interfaces ?? [])
            if (!one.Macs.IsEmpty && !Directory.Exists(Path.Combine("/sys/class/net", one.Name))) return one;
        return null;
    }

    private static string? Run(string[] command)
    {
        using var abandon = new CancellationTokenSource(Bound);
        var end = ProcessRunner.Run(command, null, abandon.Token);
        return end.ExitCode == 0 ? null : $"{string.Join(' ', command)}: {end.Words}";
    }
}
