using Appliance.Agent.Control;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Stick;

/// <summary>This machine: its agent behind the control socket, and systemd.</summary>
public sealed class StickHost(string socket, bool restarts) : IStickHost
{
    private const string Systemctl = "/usr/bin/systemctl";
    private const long ShownSeconds = 60;
    private static readonly TimeSpan ButtonPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ButtonHold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ButtonPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CommandBound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AgentBound = TimeSpan.FromSeconds(20);

    public string? Obstacle(ApplianceConfig? running, ApplianceConfig fresh)
    {
        if (running is null || Status(out _) is not { } view) return null;
        var held = new List<string>();
        foreach (var group in view.Groups)
            if (group.Role.Holds()) held.Add(group.Name);
        return held.Count > 0 && ConfigChange.Obstacle(running, fresh, held) is { } why
            ? $"this node serves, and the stick would change what runs: {why} (a long press of the front button moves the groups away)"
            : null;
    }

    public string? WaitForButton()
    {
        if (Status(out var error) is not { } first) return $"the front button cannot be asked for: {error}";
        if (first.Panel is not { ButtonHeld: not null }) return "no front button is configured ([panel] button), so only a proof will do";
        Show("stick-button");
        // Shorter than a long press, which would be an order to switch over.
        for (long start = Environment.TickCount64, held = -1; Environment.TickCount64 - start < (long)ButtonPatience.TotalMilliseconds;)
        {
            if (Status(out _) is { Panel.ButtonHeld: true })
            {
                if (held < 0) held = Environment.TickCount64;
                if (Environment.TickCount64 - held >= (long)ButtonHold.TotalMilliseconds) return null;
            }
            else
            {
                held = -1;
            }

            Thread.Sleep(ButtonPause);
        }

        return $"nobody held the front button for {ButtonHold.TotalSeconds:0} s within {ButtonPatience.TotalSeconds:0} s";
    }

    public void Show(string word) => ControlClient.Ask(
        socket, new ControlRequest(ControlCommands.Panel, new ControlArguments(Resource: word, Seconds: ShownSeconds)), out _);

    public string? Post(IReadOnlyList<string> lines) => restarts ? StickScreen.Write(StickScreen.Folder, lines) : null;

    public IEnumerable<string> Activate()
    {
        if (!restarts) return ["network and agent were left alone (--no-restart)"];
        var lines = new List<string>();
        lines.Add(Run("restart", "appliance-network.service") is { } unset
            ? $"the network is not set up yet: {unset}" : "the network is set up");
        var reload = ControlClient.Ask(socket, new ControlRequest(ControlCommands.Reload), out var reached);
        if (reached && reload.Ok)
        {
            lines.Add($"the agent: {reload.Text}");
            return lines;
        }

        // It serves nothing here, else the stick would have been refused: what runs for it may start anew.
        if (reached) Note(Run("try-restart", "appliance-replica@*.service", "appliance-relay@*.service"), "replicas and relays", lines);
        Note(Run("--no-block", "restart", "appliance-agent.service"), "the agent", lines);
        WaitForAgent();
        return lines;
    }

    private static void Note(string? problem, string what, List<string> lines) =>
        lines.Add(problem is null ? $"{what} starts with it" : $"{what} did not start: {problem}");

    /// <summary>So that the panel can show that the stick was taken.</summary>
    private void WaitForAgent()
    {
        for (var start = Environment.TickCount64; Environment.TickCount64 - start < (long)AgentBound.TotalMilliseconds;)
        {
            if (Status(out _) is not null) return;
            Thread.Sleep(ButtonPause);
        }
    }

    private StatusView? Status(out string error) => Commands.Ask.Status(socket, out error);

    private static string? Run(params string[] arguments)
    {
        using var abandon = new CancellationTokenSource(CommandBound);
        var end = ProcessRunner.Run([Systemctl, .. arguments], null, abandon.Token);
        return end.ExitCode == 0 ? null : $"systemctl {string.Join(' ', arguments)}: {end.Words}";
    }
}
