using System.Collections.Immutable;
using Appliance.Agent.Control;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Panel;
using Appliance.Core;
using Appliance.Drivers.Button;
using Appliance.Drivers.Display;
using Appliance.Drivers.Led;

namespace Appliance.Agent.Panel;

/// <summary>
/// The front panel of this node: lights, display and button on threads of their own, so that a bus that hangs stops nothing but its own
/// part. What they show is decided in <see cref="PanelPicture"/>; here it is only carried there.
/// </summary>
public sealed class FrontPanel : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    /// <summary>A display that lost its power for a moment is whole again after this.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    private readonly PanelConfig _config;
    private readonly Func<PanelFacts> _facts;
    private readonly Action<Report> _tell;
    private readonly PanelPart<ILed>? _status;
    private readonly PanelPart<ILed>? _role;
    private readonly PanelPart<IDisplay>? _display;
    private readonly PanelPush? _push;
    private readonly PanelDevices _devices;
    private readonly Func<string> _switchover;
    private readonly CancellationTokenSource _stop = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly List<Thread> _threads = [];
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _troubles = new(StringComparer.Ordinal);
    private ImmutableArray<string> _screen = [];
    private PanelPicture _picture = PanelPicture.Of(PanelState.Starting, serves: false);
    private PanelNote? _note;
    private int _page;
    private (PanelState State, long Until)? _trial;
    private volatile ButtonSession? _session;

    /// <param name="facts">What is known now; called from the panel's threads.</param>
    /// <param name="switchover">Orders a switchover and says what came of it.</param>
    /// <param name="tell">Journal and events.</param>
    public FrontPanel(
        PanelConfig config, PanelDevices devices, Func<PanelFacts> facts, Func<string> switchover, Action<Report> tell)
    {
        (_config, _devices, _facts, _switchover, _tell, _push) = (config, devices, facts, switchover, tell, config.Button);
        if (config.StatusLed is { } status) _status = new PanelPart<ILed>("status light", () => devices.Led(status), Trouble);
        if (config.RoleLed is { } role) _role = new PanelPart<ILed>("role light", () => devices.Led(role), Trouble);
        if (config.Display is { } display) _display = new PanelPart<IDisplay>("display", () => devices.Display(display), Trouble);
    }

    /// <summary>The panel of the configuration on this machine; null: none is configured.</summary>
    public static FrontPanel? Of(ApplianceConfig config, IAgentControl control, Action<Report> tell)
    {
        if (config.Panel is not { } panel) return null;
        ImmutableArray<string> addresses = [.. config.Groups.SelectMany(group => group.Resources)
            .Select(resource => resource.What).OfType<ResourceKind.Ip>().Select(ip => ip.Address)];
        return new FrontPanel(panel, new PanelDevices(), () => PanelFactsOf.Of(control.Status(), addresses),
            () => PanelSwitchover.Order(control), tell);
    }

    /// <summary>What it shows now, for status, of which it is a part itself: nothing is asked for here.</summary>
    public PanelStatus Status
    {
        get
        {
            lock (_gate)
            {
                var picture = _picture;
                return new PanelStatus(PanelTable.Of(picture.State).Word, _config.StatusLed is null ? null : picture.StatusLight.Word,
                    _config.RoleLed is null ? null : picture.RoleLight.Word, [.. _screen],
                    [.. _troubles.Select(trouble => $"{PanelFactsOf.OwnAlarm}{trouble.Key}: {trouble.Value}")])
                    { ButtonHeld = _session?.IsDown };
            }
        }
    }

    public void Start()
    {
        Begin("panel lights", Lights);
        if (_display is not null) Begin("panel display", Glass);
        if (_push is not null) Begin("panel button", Push);
    }

    /// <summary>Shows a state for a moment, whatever the node's state is: <c>appliance panel test</c>.</summary>
    public void Try(PanelState state, TimeSpan span)
    {
        lock (_gate) _trial = (state, Environment.TickCount64 + (long)span.TotalMilliseconds);
        _wake.Set();
    }

    /// <summary>Leaves the lights dark and the display saying that no agent runs.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _wake.Set();
        foreach (var thread in _threads) thread.Join(EndBound);
        _status?.Dispose();
        _role?.Dispose();
        _display?.Dispose();
    }

    private void Begin(string name, Action work)
    {
        var thread = new Thread(() => work(), Limits.ThreadStackBytes) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Lights()
    {
        do
        {
            var picture = Picture(Facts());
            _status?.Use(led => led.Show(picture.StatusLight));
            _role?.Use(led => led.Show(picture.RoleLight));
        }
        while (!_stop.Token.WaitHandle.WaitOne(Tick));
        _status?.Use(led => led.Show(LedRhythm.Off));
        _role?.Use(led => led.Show(LedRhythm.Off));
    }

    private void Glass()
    {
        ImmutableArray<string> shown = [];
        var shownAt = 0L;
        while (true)
        {
            var isEnd = _stop.IsCancellationRequested;
            _display!.Use(display =>
            {
                var screen = ScreenOf(isEnd ? Facts() with { AgentRuns = false } : Facts(), display.Columns, display.Rows, isEnd);
                var isFresh = Environment.TickCount64 - shownAt < (long)Refresh.TotalMilliseconds;
                if (isFresh && screen.AsSpan().SequenceEqual(shown.AsSpan())) return;
                display.Show(screen);
                (shown, shownAt) = (screen, Environment.TickCount64);
                lock (_gate) _screen = screen;
            });
            if (_display.Trouble is not null) shown = [];
            if (isEnd) return;
            _wake.WaitOne(Tick);
        }
    }

    private ImmutableArray<string> ScreenOf(PanelFacts facts, int columns, int rows, bool isEnd)
    {
        lock (_gate)
        {
            if (!isEnd && _note is { } note)
            {
                if (note.Until > Environment.TickCount64) return PanelScreens.Message(note.Title, note.Text, columns, rows);
                (_note, _page) = (null, 0);
            }

            if (!isEnd && Trial() is { } state)
                return PanelScreens.Message(PanelTable.Of(state).Title, TrialText(PanelTable.Of(state)), columns, rows);
            var screens = PanelScreens.Of(facts, columns, rows);
            return screens[_page % screens.Length];
        }
    }

    private void Push()
    {
        using var part = new PanelPart<IButton>("button", () => _devices.Button(_push!), Trouble);
        var session = new ButtonSession(new PanelButton(_push!.LongPress, _display is not null), Carry);
        while (!_stop.IsCancellationRequested)
        {
            if (part.Use(button =>
            {
                _session = session;
                session.Wait(button, Tick);
            })) continue;
            _session = null;
            session.Forget();
            _stop.Token.WaitHandle.WaitOne(Tick);
        }
    }

    private void Carry(ButtonWish wish)
    {
        lock (_gate)
        {
            // The page turns on the first push after a message too: the message has been read.
            if (wish == ButtonWish.NextScreen) (_note, _page) = (null, _note is null ? _page + 1 : 0);
            else if (wish == ButtonWish.Confirm)
                _note = PanelNote.For(PanelButton.Patience + _push!.LongPress, "SWITCH OVER?", "hold again to confirm");
            else if (wish == ButtonWish.GiveUp) _note = PanelNote.For(TimeSpan.FromSeconds(3), "NOT SWITCHED", "not confirmed");
        }

        if (wish == ButtonWish.Switchover)
        {
            var answer = _switchover();
            _tell(new Report(ReportKind.Command, $"the button of the front panel asked for a switchover: {answer}"));
            lock (_gate) _note = PanelNote.For(TimeSpan.FromSeconds(15), "SWITCHOVER", answer);
        }

        _wake.Set();
    }

    /// <summary>Of the node, or of the trial.</summary>
    private PanelPicture Picture(PanelFacts facts)
    {
        lock (_gate) return _picture = Trial() is { } state ? PanelPicture.Of(state, facts.Serves) : PanelPicture.Of(facts);
    }

    private PanelState? Trial()
    {
        if (_trial is { } trial && trial.Until > Environment.TickCount64) return trial.State;
        _trial = null;
        return null;
    }

    /// <summary>What a stick has to say is no test, also when somebody tests it.</summary>
    private static string TrialText(PanelRow row) =>
        row.State is PanelState.StickAccepted or PanelState.StickRefused or PanelState.StickAsks ? row.WhatToDo : $"test: {row.Word}";

    private PanelFacts Facts() => _facts();

    private void Trouble(string part, string? words)
    {
        lock (_gate)
        {
            if (words is null) _troubles.Remove(part);
            else _troubles[part] = words;
        }

        _tell(words is null
            ? new Report(ReportKind.Resource, $"front panel: {part} works again", Resource: "panel")
            : new Report(ReportKind.Alarm, $"front panel: {part}: {words}", Resource: "panel"));
    }
}
