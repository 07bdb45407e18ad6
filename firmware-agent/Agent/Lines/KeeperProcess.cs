using System.Runtime.InteropServices;
using Appliance.Agent.Clock;
using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Core.Configuration;
using Appliance.Core.Lines;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Lines;

/// <summary><c>appliance relay keep NAME</c>: what <c>appliance-relay@NAME.service</c> starts. It holds the lines here only while the agent
/// asks for it again and again.</summary>
internal static class KeeperProcess
{
    private const string TakenWords = "another process already answers on {0}: this relay is kept already";

    /// <summary>How long the end waits for the relay to let the lines go.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs until it is told to end.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="name">Of a section [device.NAME].</param>
    /// <param name="socket">Where to listen.</param>
    /// <param name="open">Makes the driver; nothing is switched by that.</param>
    public static ExitCode Run(AgentOptions options, string name, string socket, Func<RelayDeviceConfig, IFailoverRelay> open)
    {
        using var journal = new JournalWriter(Console.OpenStandardError());
        if (AgentFiles.Read(options, options.ConfigPath, out var problems) is not { } files)
        {
            foreach (var problem in problems) journal.Say(JournalPriority.Error, problem);
            return ExitCode.Unusable;
        }

        if (files.Config.Devices.FirstOrDefault(device => device.Name == name) is not RelayDeviceConfig relay)
            return Refuse(journal, $"{options.ConfigPath} has no relay [device.{name}]");
        var device = open(relay);
        var isOwner = relay.Node == files.Node;
        if (!isOwner && !device.Traits.Shared)
        {
            device.Dispose();
            return Refuse(journal, $"relay {name} is powered by {files.Config.Nodes[relay.Node]}: only that node can keep it");
        }

        var settings = new KeeperSettings(isOwner ? LinePosition.A : LinePosition.B, device.Traits.Shared, relay.Dwell);
        return Run(name, relay.Driver, settings, device, socket, journal);
    }

    private static ExitCode Run(
        string name, string driver, KeeperSettings settings, IFailoverRelay device, string path, JournalWriter journal)
    {
        using var end = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var keeper = new RelayKeeper(
            name, driver, settings, device, () => BootClock.Now,
            (alarm, text) => journal.Say(alarm ? JournalPriority.Error : JournalPriority.Notice, $"relay {name}: {text}"), Bug);
        using var control = ControlServer.Start(
            path, (client, stopping) => new KeeperSession(client, keeper, stopping).Run(), Bug, TakenWords, out var problem);
        if (control is null) return Refuse(journal, problem);
        var systemd = Notify.FromEnvironment();
        systemd.Ready($"keeper of relay {name} ({driver})");
        keeper.Run(StopPatience, Notify.WatchdogPeriod() is { } period ? period / 4 : null, () => systemd.Watchdog(), end.Token);
        systemd.Stopping(keeper.Status().Place);
        return ExitCode.Ok;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    private static void Bug(Exception bug) => Environment.FailFast(bug.ToString());

    private static ExitCode Refuse(JournalWriter journal, string words)
    {
        journal.Say(JournalPriority.Error, words);
        return ExitCode.Unusable;
    }
}
