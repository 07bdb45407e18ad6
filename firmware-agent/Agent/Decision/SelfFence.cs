using Appliance.Agent.Journal;
using Appliance.Agent.Watchdog;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Decision;

/// <summary>
/// Resets this machine at once (rule 8): a resource would not stop, and the peer waits for our end. No sync, no orderly shutdown: both
/// could hang on the very thing that would not stop. The watchdog is told first: if the kernel refuses or hangs, it bites.
/// </summary>
public static class SelfFence
{
    private const int RebootAutoBoot = 0x01234567; // LINUX_REBOOT_CMD_RESTART, reboot(2)

    /// <summary>How long the journal, a last heartbeat and the watchdog get.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    public static void Reset(JournalWriter journal, WatchdogThread? watchdog, string reason)
    {
        journal.Say(JournalPriority.Critical, $"resetting this machine now: {reason}");
        watchdog?.BiteNow(LastWords);
        Thread.Sleep(LastWords);
        if (Libc.reboot(RebootAutoBoot) == 0) return;
        var standing = watchdog?.View is { Standing: not null } view ? $"watchdog {view.Identity} resets it in a moment"
            : "switch it off by hand before the other node may serve";
        journal.Say(JournalPriority.Critical, $"the kernel refused to reset the machine ({Errno.LastWords}): {standing}");
    }
}
