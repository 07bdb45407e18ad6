using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Incidents;

public sealed class IncidentMachineTests
{
    private readonly List<string> _did = [];
    private readonly List<IncidentEffect.Ask> _asked = [];
    private IncidentState _state = IncidentState.Quiet;
    private long _now = 100_000;
    private long _serial;

    [Fact]
    public void Role_change_opens_and_redundancy_closes_after_it_has_settled()
    {
        Role("Active", "Deactivating");
        Assert.Equal(["Make 1"], Taken());
        Look(redundant: false, peer: true, after: 1000);
        Assert.Equal(["Keep 1", "Ask 1"], Taken());
        Look(redundant: true, peer: true, after: 1000);
        Look(redundant: true, peer: true, after: 2900);
        Assert.DoesNotContain(Taken(), did => did.StartsWith("Close", StringComparison.Ordinal));
        Look(redundant: true, peer: true, after: 200);
        Assert.Equal(["Close 1 102000 True"], Taken());
        Look(redundant: true, peer: true, after: 2000);
        Assert.Equal(["Ask 1"], Taken());
        Step(new IncidentInput.HalfCame("1"));
        Assert.Null(IncidentMachine.NextDeadline(_state));
    }

    [Fact]
    public void Redundancy_that_comes_and_goes_does_not_close()
    {
        Role("Active", "Deactivating");
        for (var turn = 0; turn < 20; turn++)
        {
            Look(redundant: true, peer: true, after: 2000);
            Look(redundant: false, peer: true, after: 100);
        }

        Assert.NotNull(_state.Open);
    }

    [Fact]
    public void Second_fault_is_part_of_the_first_and_keeps_it_open()
    {
        Role("Passive", "Activating");
        Role("Activating", "Active");
        Taken();
        Look(redundant: true, peer: true, after: 2000);
        Taken();
        Happen("resource", "Started", "Failed", resource: "asterisk");
        Look(redundant: true, peer: true, after: 1500);
        Assert.DoesNotContain(Taken(), did => did.StartsWith("Close", StringComparison.Ordinal) || did == "Make 2");
        Assert.Equal("1", _state.Open!.Id);
    }

    [Fact]
    public void Bound_closes_without_redundancy()
    {
        Role("Passive", "Activating");
        for (var minute = 0; minute < 59; minute++) Look(redundant: false, peer: false, after: 60_000);
        Assert.NotNull(_state.Open);
        Look(redundant: false, peer: false, after: 60_000);
        Assert.Contains($"Close 1 {_now} False", Taken());
        Assert.Null(_state.Open);
    }

    [Fact]
    public void Failed_resource_opens_only_where_the_group_serves()
    {
        Happen("resource", "Started", "Failed", resource: "asterisk");
        Assert.Empty(Taken());
        Role("Activating", "Active");
        Close();
        Happen("resource", "Started", "Failed", resource: "asterisk");
        Assert.Contains("Make 3", Taken());
    }

    [Fact]
    public void Silent_server_opens_and_a_silent_spare_does_not()
    {
        Happen("peer", "Late", "Dead");
        Assert.Contains("Make 1", Taken());
        Role("Passive", "Activating");
        Role("Activating", "Active");
        Close();
        Happen("peer", "Late", "Dead");
        Assert.Empty(Taken());
    }

    [Fact]
    public void Peer_that_starts_with_us_is_not_silent()
    {
        Happen("peer", "Unknown", "Dead");
        Assert.Empty(Taken());
    }

    [Fact]
    public void Peer_is_asked_when_it_is_back_after_an_hour_and_only_then()
    {
        Role("Passive", "Activating");
        Taken();
        for (var minute = 0; minute < 65; minute++) Look(redundant: false, peer: false, after: 60_000);
        Assert.DoesNotContain("Ask 1", Taken());
        Look(redundant: false, peer: true, after: 1000);
        Assert.Contains("Ask 1", Taken());
        Step(new IncidentInput.HalfFailed("1"));
        Look(redundant: false, peer: true, after: 60_000);
        Assert.Contains("Ask 1", Taken());
        Step(new IncidentInput.HalfCame("1"));
        for (var minute = 0; minute < 60; minute++) Look(redundant: true, peer: true, after: 60_000);
        Assert.Empty(Taken());
    }

    [Fact]
    public void Peer_that_never_answers_is_asked_ever_more_rarely_and_given_up()
    {
        Role("Passive", "Activating");
        Close();
        Taken();
        var asked = 0;
        for (var minute = 0; minute < 7 * 24 * 60 + 10; minute++)
        {
            Look(redundant: true, peer: true, after: 60_000);
            var did = Taken();
            asked += did.Count(one => one == "Ask 1");
            if (did.Contains("Ask 1")) Step(new IncidentInput.HalfFailed("1"));
            if (did.Contains("GiveUp 1")) break;
        }

        Assert.InRange(asked, 100, 7 * 24 * 6 + 10);
        Assert.Empty(_state.Pending);
    }

    [Fact]
    public void Peer_tells_of_an_incident_nobody_here_saw_and_of_one_that_is_known()
    {
        Step(new IncidentInput.PeerTold(At(_now - 5000), null, "peer-p", "p"));
        Assert.Contains("Make p", Taken());
        Step(new IncidentInput.PeerTold(At(_now - 4000), null, "peer-q", "q"));
        Close();
        var end = _now - 3001;
        Step(new IncidentInput.PeerTold(At(end - 8000), At(end - 100), "peer-r", "r"));
        Assert.DoesNotContain(Taken(), did => did.StartsWith("Make", StringComparison.Ordinal));
        Step(new IncidentInput.PeerTold(At(end - 90_000), At(end - 80_000), "peer-before", "before"));
        Assert.Contains("Make before", Taken());
        Close();
        Step(new IncidentInput.PeerTold(At(_now - 100), null, "peer-after", "after"));
        Assert.Contains("Make after", Taken());
    }

    [Fact]
    public void Record_that_is_asked_for_again_is_known_by_its_name_however_late_the_question_came()
    {
        Role("Active", "Deactivating");
        Step(new IncidentInput.PeerTold(At(_now - 10), null, "theirs", "x"));
        Close();
        Look(redundant: true, peer: true, after: 60_000);
        Taken();
        Step(new IncidentInput.PeerTold(At(_now - 1000), At(_now - 1), "theirs", "y"));
        Assert.DoesNotContain(Taken(), did => did.StartsWith("Make", StringComparison.Ordinal));
        Step(new IncidentInput.PeerTold(At(_now - 1000), At(_now - 1), "another", "z"));
        Assert.Contains("Make z", Taken());
    }

    [Fact]
    public void What_is_open_at_the_peer_is_open_here()
    {
        Step(new IncidentInput.PeerTold(At(_now - 1000), null, "peer-p", "p"));
        for (var turn = 0; turn < 10; turn++)
        {
            Look(redundant: true, peer: true, after: 2000);
            Step(new IncidentInput.PeerTold(At(_now - 1000), null, "peer-p", "x"));
        }

        Assert.Equal("p", _state.Open!.Id);
        Look(redundant: true, peer: true, after: 500);
        Step(new IncidentInput.PeerTold(At(_now - 1000), At(_now - 1), "peer-p", "x"));
        Look(redundant: true, peer: true, after: 3001);
        Assert.Null(_state.Open);
    }

    [Fact]
    public void Two_nodes_do_not_wait_for_each_others_end()
    {
        Role("Active", "Deactivating");
        Look(redundant: true, peer: true, after: 1000);
        for (var turn = 0; turn < 3; turn++)
        {
            // What it is told is what this node would tell itself.
            foreach (var ask in _asked.ToList()) Step(new IncidentInput.PeerTold(At(_now - 1000), ask.WellSince, "peer-x", "x"));
            Look(redundant: true, peer: true, after: 1100);
        }

        Assert.NotEmpty(_asked);
        Assert.Null(_state.Open);
    }

    [Fact]
    public void Node_that_starts_and_runs_nothing_is_no_incident()
    {
        Role("Deactivating", "Passive");
        Assert.Empty(Taken());
    }

    [Fact]
    public void Restart_of_the_agent_goes_on_with_what_was_open_and_what_waits()
    {
        var begin = Instant.FromMilliseconds(_now - 4000);
        Step(new IncidentInput.Began(
            new OpenIncident("old", begin, null, At(_now), At(_now)), [("older", At(_now + 10_000_000))],
            [new IncidentSpan("old", begin, null)], []));
        Assert.Equal(["Keep old"], Taken());
        Role("Activating", "Active");
        Assert.DoesNotContain(Taken(), did => did.StartsWith("Make", StringComparison.Ordinal));
        Look(redundant: true, peer: true, after: 3000);
        Assert.Contains("Ask older", Taken());
    }

    [Fact]
    public void Waiting_records_are_bounded()
    {
        for (var number = 0; number < IncidentMachine.KnownMax + 5; number++)
        {
            Role("Passive", "Activating");
            Look(redundant: true, peer: false, after: 1000);
            Look(redundant: true, peer: false, after: 3001);
        }

        Assert.Equal(IncidentMachine.KnownMax, _state.Pending.Length);
        Assert.Equal(IncidentMachine.KnownMax, _state.Known.Length);
        Assert.Equal(5, Taken().Count(did => did.StartsWith("GiveUp", StringComparison.Ordinal)));
    }

    private static Instant At(long ms) => Instant.FromMilliseconds(ms);

    private void Close()
    {
        Look(redundant: true, peer: true, after: 1000);
        Look(redundant: true, peer: true, after: 3001);
        Assert.Null(_state.Open);
        Taken();
    }

    private void Role(string from, string to) => Happen("role", from, to);

    private void Happen(string kind, string from, string to, string? resource = null)
    {
        var line = new IncidentEvent(0, _now, ++_serial, "pbx-a", kind, kind == "peer" ? null : "pbx", resource, from, to, "words");
        Step(new IncidentInput.Happened(line, At(_now), $"{_serial}"));
    }

    private void Look(bool redundant, bool peer, int after)
    {
        _now += after;
        Step(new IncidentInput.Look(redundant, peer));
    }

    private void Step(IncidentInput input)
    {
        (_state, var effects) = IncidentMachine.Step(_state, input, At(_now));
        foreach (var effect in effects)
        {
            if (effect is IncidentEffect.Ask asked) _asked.Add(asked);
            _did.Add(effect switch
            {
                IncidentEffect.Make make => $"Make {make.Id}",
                IncidentEffect.Keep keep => $"Keep {keep.Id}",
                IncidentEffect.Ask ask => $"Ask {ask.Id}",
                IncidentEffect.Close close => $"Close {close.Id} {close.End.SinceBoot.TotalMilliseconds} {close.Complete}",
                IncidentEffect.GiveUp late => $"GiveUp {late.Id}",
                _ => throw new InvariantException("another effect"),
            });
        }

        if (IncidentMachine.NextDeadline(_state) is { } next) Assert.True(next > At(_now), "a deadline that has passed is not a deadline");
    }

    private List<string> Taken()
    {
        var taken = _did.ToList();
        _did.Clear();
        return taken;
    }
}
