using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Stick;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Stick;

/// <summary>What the rest of the machine does for a stick; tests have their own.</summary>
public interface IStickHost
{
    /// <summary>Why the new configuration must not be taken now, in words; null: it may.</summary>
    string? Obstacle(ApplianceConfig? running, ApplianceConfig fresh);

    /// <summary>Waits for somebody at the front button. Null when it is held, else why not.</summary>
    string? WaitForButton();

    /// <summary>Shows a state of the panel table for a while, if there is a panel.</summary>
    void Show(string word);

    /// <summary>Puts the outcome where somebody at the machine's screen reads it: a node without a configuration has no panel.
    /// Null, or why it could not.</summary>
    string? Post(IReadOnlyList<string> lines);

    /// <summary>Makes network and agent use what is in the folder now; sentences for a person.</summary>
    IEnumerable<string> Activate();
}

/// <summary>How it ended.</summary>
public enum StickEnd
{
    /// <summary>In force.</summary>
    Accepted,

    /// <summary>It brings nothing new.</summary>
    Known,

    /// <summary>Nothing has changed.</summary>
    Refused,

    /// <summary>It has nothing to do with us; it was not written to.</summary>
    NotOurs,
}

/// <summary>Takes a stick: reads it, has it judged, puts its files in place, says so on it.</summary>
/// <param name="folder">Where the configuration lives, usually <c>/etc/appliance</c>.</param>
/// <param name="mountsUnder">For a mount point and a lock of our own.</param>
/// <param name="say">A sentence for the journal.</param>
public sealed class StickApply(string folder, string mountsUnder, IStickHost host, Action<string> say)
{
    private const string RefusedTitle = "REFUSED: nothing was changed.";
    private const string Label = "/dev/disk/by-label/APPLIANCE";

    /// <summary>A stick, or a folder that stands for one.</summary>
    public StickEnd Run(string source)
    {
        using var turn = StickTurn.Wait(mountsUnder, say, out var busy);
        if (turn is null)
        {
            say(busy);
            return StickEnd.Refused;
        }

        if (StickCommit.Finish(folder) is { } unfinished) say(unfinished);
        if (StatX.Of(source) is not { IsBlockDevice: true }) return Of(source, mount: null, hasLabel: true);
        using var mount = StickMount.Open(source, mountsUnder, out var problem);
        if (mount is null)
        {
            say(problem);
            Tell(RefusedTitle, Now(), [problem]);
            return StickEnd.Refused;
        }

        return Of(mount.Folder, mount, Leads(Label, source));
    }

    private StickEnd Of(string root, StickMount? mount, bool hasLabel)
    {
        var contents = StickReader.Read(root);
        if (!contents.IsOurs && !hasLabel)
        {
            say("there is no appliance.toml on it: it is not for this node");
            return StickEnd.NotOurs;
        }

        var standing = StickNode.Read(folder);
        StickVerdict verdict = contents.Problems.Count > 0
            ? new StickVerdict.Refused([.. contents.Problems]) : StickJudge.Decide(contents.Files, standing);
        if (verdict is StickVerdict.Unproven or StickVerdict.Taken) verdict = Asked(verdict, standing);
        var (end, lines) = Carry(verdict);
        foreach (var line in lines) say(line);
        if (end != StickEnd.Known) host.Show(end == StickEnd.Accepted ? "stick-accepted" : "stick-refused");
        var title = end switch
        {
            StickEnd.Accepted => "ACCEPTED: the node works with these files now.",
            StickEnd.Known => "ALREADY APPLIED: the node has taken these files before; nothing was changed.",
            _ => RefusedTitle,
        };
        var when = $"{Now()}, node {standing.Name}";
        Tell(title, when, lines);
        var unwritten = mount?.MakeWritable() ?? StickResult.Write(root, [title, when, "", .. lines]);
        if (unwritten is not null) say($"{unwritten}; what was decided stays");
        return end;
    }

    private void Tell(string title, string when, IReadOnlyList<string> lines)
    {
        if (host.Post([$"USB stick: {title}", when, .. lines]) is { } unposted) say(unposted);
    }

    private static string Now() => string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");

    /// <summary>What the machine says about a stick that the judge would take.</summary>
    private StickVerdict Asked(StickVerdict verdict, StickStanding standing)
    {
        var taken = verdict as StickVerdict.Taken ?? ((StickVerdict.Unproven)verdict).IfHeld;
        if (host.Obstacle(standing.Config, taken.Config) is { } obstacle) return new StickVerdict.Refused([obstacle]);
        if (verdict is not StickVerdict.Unproven unproven) return taken;
        say($"the stick proves nothing: {unproven.Because}; waiting for the front button");
        return host.WaitForButton() is { } nobody
            ? new StickVerdict.Refused([$"a node that is configured needs proof: {unproven.Because}", nobody]) : taken;
    }

    private (StickEnd End, List<string> Lines) Carry(StickVerdict verdict)
    {
        if (verdict is StickVerdict.Known) return (StickEnd.Known, []);
        if (verdict is not StickVerdict.Taken taken) return (StickEnd.Refused, [.. ((StickVerdict.Refused)verdict).Problems]);
        var disk = new LinuxStickDisk(folder);
        try
        {
            Directory.CreateDirectory(folder);
            StickCommit.Take(disk, taken.Files, taken.Mark);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Either the new files count already, and this completes them, or the old ones do, and this clears the rest away.
            var isDecided = StickCommit.IsDecided(disk);
            var again = StickCommit.Finish(folder);
            if (!isDecided) return (StickEnd.Refused, [$"{folder} cannot be written: {fault.Message}"]);
            if (again is not null) return (StickEnd.Refused, [$"{again}; the next start tries again"]);
        }

        List<string> lines = [$"node {taken.Node} of cluster {taken.Config.Cluster.Name}, digest {taken.Config.Digest:x8}"];
        foreach (var file in taken.Files) lines.Add($"{Path.Combine(folder, file.Name)} ({file.Bytes.Length} bytes)");
        lines.AddRange(taken.Notes);
        lines.AddRange(host.Activate());
        return (StickEnd.Accepted, lines);
    }

    /// <summary>Whether a name of udev's leads to the device: most sticks have no such label, and then there is no such name.</summary>
    internal static bool Leads(string name, string device)
    {
        try
        {
            return File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName is { } target
                && target == (File.ResolveLinkTarget(device, returnFinalTarget: true)?.FullName ?? device);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
