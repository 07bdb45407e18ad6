using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>What cannot work while the other node is a Heartbeat is refused by name, with what to do instead.</summary>
internal static class LinuxHaRelations
{
    /// <summary>The value of <c>heartbeat.compat</c>.</summary>
    public const string Word = "linux-ha-3";

    private const string With = "with heartbeat.compat = \"" + Word + "\"";
    private const string Later = "write it when both nodes run this agent and compat is taken out";

    /// <summary>A status as text with its signature, names of 32 characters.</summary>
    private const int SerialFrameBytes = 340;
    private const int BitsPerByte = 10;

    private static readonly string[] Times = ["keepalive", "warntime", "deadtime", "initdead"];
    private static readonly int[] Speeds = [9600, 19200, 38400, 57600, 115200, 230400, 460800];

    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("heartbeat", out Section heartbeat)) return;
        if (!heartbeat.IsWritten("compat"))
        {
            if (heartbeat.IsWritten("authkeys"))
                findings.Error(heartbeat.Place("authkeys"), heartbeat.PathOf("authkeys"),
                    "is only read with compat = \"" + Word + "\"; the pair's own key is cluster.key-file");
            return;
        }

        Timing(heartbeat, findings);
        Third(root, findings);
        foreach (var group in root.Sections("group")) Group(group, findings);
    }

    private static void Timing(Section heartbeat, Findings findings)
    {
        foreach (var key in Times)
            if (!heartbeat.IsWritten(key))
                findings.Error(heartbeat.At, heartbeat.PathOf(key), $"is missing: {With} write the same value as {key} in ha.cf");
        foreach (var link in heartbeat.Sections("link"))
        {
            if (link.Word != "serial" || !link.Has("baud", out int baud)) continue;
            if (!Speeds.Contains(baud))
                findings.Error(link.Place("baud"), link.PathOf("baud"), $"{baud} is no speed that Heartbeat knows; expected one of "
                    + string.Join(", ", Speeds));
            var takes = TimeSpan.FromSeconds((double)SerialFrameBytes * BitsPerByte / baud);
            if (heartbeat.Has("keepalive", out TimeSpan keepalive) && takes > keepalive / 2)
                findings.Error(link.Place("baud"), link.PathOf("baud"),
                    $"a message of Heartbeat has about {SerialFrameBytes} bytes and takes {takes.TotalMilliseconds:0} ms at {baud} baud; "
                        + $"expected at most half of keepalive = {Words.Of(keepalive)}");
        }
    }

    /// <summary>Everything that needs more words than Heartbeat's protocol has.</summary>
    private static void Third(Section root, Findings findings)
    {
        if (root.Has("witness", out Section witness))
            findings.Error(witness.At, "witness", $"cannot be used {With}: a Heartbeat asks no third vote; {Later}");
        foreach (var replica in root.Sections("replica"))
            findings.Error(replica.At, replica.Path, $"cannot be used {With}: a Heartbeat does not say how its data stands; keep the "
                + "kernel's DRBD and make it primary with type = \"exec\", start = [\"/usr/sbin/drbdadm\", \"primary\", \"NAME\"], "
                + $"stop = [\"/usr/sbin/drbdadm\", \"secondary\", \"NAME\"]; {Later}");
        foreach (var fence in root.Sections("fence"))
            findings.Error(fence.At, fence.Path, $"cannot be used {With}: the other node would not know that it is being switched off; "
                + Later);
        foreach (var device in root.Sections("device"))
            findings.Error(device.At, device.Path, $"cannot be used {With}: both nodes must say where a line is, and a Heartbeat does not; "
                + $"call the script of haresources with type = \"exec\" or \"lsb\"; {Later}");
    }

    private static void Group(Section group, Findings findings)
    {
        if (!group.IsWritten("preferred"))
            findings.Error(group.At, group.PathOf("preferred"), $"is missing: {With} a group is a line of haresources, and this is "
                + "the first word of that line");
        if (group.Has("failback", out FailbackConfig failback) && failback is not FailbackConfig.Never)
            findings.Error(group.Place("failback"), group.PathOf("failback"), $"cannot be kept {With}: write \"never\" here and "
                + "\"auto_failback off\" in the other node's ha.cf, and move the group with appliance switchover");
    }
}
