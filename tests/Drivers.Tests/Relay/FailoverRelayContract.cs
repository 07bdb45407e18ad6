using System.Collections.Immutable;
using System.Diagnostics;
using Appliance.Core.Configuration;
using Appliance.Core.Lines;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>What every failover relay promises, whatever it is made of.</summary>
public sealed class FailoverRelayContract
{
    private static readonly Dictionary<string, Func<RelayBench>> Makers = new()
    {
        ["lcus"] = () => new SerialBench(SerialRelayFamily.Lcus, new SimulatedLcus(4), [2]),
        ["lcus, four wires"] = () => new SerialBench(SerialRelayFamily.Lcus, new SimulatedLcus(4, LcusAnswer.TightText), [1, 2, 3, 4]),
        ["lcus, bytes"] = () => new SerialBench(SerialRelayFamily.Lcus, new SimulatedLcus(8, LcusAnswer.Bytes), [8]),
        ["lcus, mute"] = () => new MuteLcusBench(),
        ["lcus, pty"] = () => new PtyBench(SerialRelayFamily.Lcus, new SimulatedLcus(2), [1]),
        ["numato"] = () => new SerialBench(SerialRelayFamily.Numato, new SimulatedNumato(8), [0], 8),
        ["numato, 16"] = () => new SerialBench(SerialRelayFamily.Numato, new SimulatedNumato(16), [10, 15], 16),
        ["numato, 32"] = () => new SerialBench(SerialRelayFamily.Numato, new SimulatedNumato(32), [31], 32),
        ["numato, 64"] = () => new SerialBench(SerialRelayFamily.Numato, new SimulatedNumato(64), [7, 63], 64),
        ["numato, pty"] = () => new PtyBench(SerialRelayFamily.Numato, new SimulatedNumato(2), [1], 2),
        ["tosr"] = () => new SerialBench(SerialRelayFamily.Tosr, new SimulatedRly(2), [1]),
        ["tosr, pty"] = () => new PtyBench(SerialRelayFamily.Tosr, new SimulatedRly(8), [8, 7]),
        ["devantech"] = () => new SerialBench(SerialRelayFamily.Devantech, new SimulatedRly(8, identity: 9, isSlow: false), [3]),
        ["devantech, mask"] = () => new SerialBench(SerialRelayFamily.Devantech, new SimulatedRly(8, 8, isSlow: false), [1, 8]),
        ["devantech, 15"] = () => new SerialBench(SerialRelayFamily.Devantech, new SimulatedRly(8), [2, 3]),
        ["devantech, pty"] = () => new PtyBench(SerialRelayFamily.Devantech, new SimulatedRly(2, identity: 10, isSlow: false), [2]),
        ["kmtronic, 2"] = () => new SerialBench(SerialRelayFamily.Kmtronic, new SimulatedKmtronic(2), [1, 2], 2),
        ["kmtronic, 8"] = () => new SerialBench(SerialRelayFamily.Kmtronic, new SimulatedKmtronic(8), [5], 8),
        ["kmtronic, pty"] = () => new PtyBench(SerialRelayFamily.Kmtronic, new SimulatedKmtronic(4), [4], 4),
        ["captured"] = () => Profiles.Bench(readsBack: true),
        ["captured, mute"] = () => Profiles.Bench(readsBack: false),
        ["usbrelay"] = () => HidBench.Of(new SimulatedUsbRelay()),
        ["hidrelay"] = () => HidBench.Of(new SimulatedHidRelay()),
        ["lcus-hid"] = () => HidBench.Of(new SimulatedLcusHid()),
        ["lcus-hid, bytes"] = () => HidBench.Of(new SimulatedLcusHid(way: LcusAnswer.Bytes)),
        ["ft245r"] = () => new FtdiBench(),
        ["gpio"] = () => new GpioBench(activeLow: false),
        ["gpio, active low"] = () => new GpioBench(activeLow: true),
        ["berofos"] = () => new BerofosBench(BerofosLogin.None),
        ["berofos, basic"] = () => new BerofosBench(BerofosLogin.Basic),
        ["berofos, digest"] = () => new BerofosBench(BerofosLogin.Digest),
        ["rhino tool"] = () => new RhinoBench(),
    };

    public static TheoryData<string> Kinds => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Opening_and_reading_switch_nothing(string kind)
    {
        using var bench = Makers[kind]();
        var answer = bench.Relay.Read(default);
        Assert.True(answer.IsDone, answer.Words);
        Assert.Equal(bench.ReadsBack ? LinePosition.B : LinePosition.Unknown, answer.Position);
        Assert.Equal((bench.ReadsBack, LinePosition.B, bench.IsShared), (
            bench.Relay.Traits.ReadsBack, bench.Relay.Traits.WithoutPower, bench.Relay.Traits.Shared));
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Line_goes_where_it_is_told_and_the_answer_says_so(string kind)
    {
        using var bench = Makers[kind]();
        foreach (var position in new[] { LinePosition.A, LinePosition.B, LinePosition.A })
        {
            var answer = bench.Relay.Set(position, default);
            Assert.True(answer.IsDone, answer.Words);
            Arrives(bench, position);
            Assert.Equal((position, bench.ReadsBack), (answer.Position, answer.Confirmed));
            Assert.Equal((RelayFault.None, position, bench.ReadsBack), bench.Relay.Read(default) is var read
                ? (read.Fault, read.Position, read.Confirmed) : default);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_the_wired_relays_move_and_only_once(string kind)
    {
        using var bench = Makers[kind]();
        for (var index = 0; index < bench.Contacts.Count; index++)
            if (!bench.Wired.Contains(index)) bench.Contacts[index] = index % 2 == 0;
        // An FT245R's pins are what the driver writes: there is no neighbour to disturb from outside.
        if (kind == "ft245r") bench.Contacts.Mask = 0;
        var others = bench.Contacts.Mask;
        var before = bench.Contacts.Moves;
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Arrives(bench, LinePosition.A);
        Assert.Equal(before + bench.Wired.Length, bench.Contacts.Moves);
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        Arrives(bench, LinePosition.B);
        Assert.Equal(others, bench.Contacts.Mask);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Device_that_was_away_is_put_back_to_where_it_was_set(string kind)
    {
        using var bench = Makers[kind]();
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Arrives(bench, LinePosition.A);
        bench.Unplug();
        Assert.Equal(LinePosition.B, bench.Line);
        var gone = bench.Relay.Read(default);
        Assert.Contains(gone.Fault, new[] { RelayFault.Vanished, RelayFault.Missing });
        Assert.Equal(LinePosition.Unknown, gone.Position);
        Assert.Contains(bench.Place, gone.Words, StringComparison.Ordinal);
        Assert.Equal(RelayFault.Missing, bench.Relay.Read(default).Fault);
        Assert.Equal(RelayFault.Missing, bench.Relay.Set(LinePosition.A, default).Fault);
        bench.Plug();
        var back = bench.Relay.Read(default);
        Assert.True(back.IsDone, back.Words);
        // A shared one may have been put elsewhere by the other node meanwhile: a question never takes it back.
        var expected = bench.Relay.Traits.Shared ? LinePosition.B : LinePosition.A;
        Assert.Equal(expected, back.Position);
        Arrives(bench, expected);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Device_that_returns_between_two_calls_is_used_as_if_nothing_had_been(string kind)
    {
        using var bench = Makers[kind]();
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        bench.Unplug();
        bench.Plug();
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.True(answer.IsDone, answer.Words);
        Arrives(bench, LinePosition.A);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Device_that_is_not_there_is_missing(string kind)
    {
        using var bench = Makers[kind]();
        bench.Unplug();
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal((RelayFault.Missing, LinePosition.Unknown), (answer.Fault, answer.Position));
        Assert.Contains(bench.Place, answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Missing_permission_has_its_own_words(string kind)
    {
        using var bench = Makers[kind]();
        if (!bench.Forbid()) return;
        Assert.Equal(RelayFault.Forbidden, bench.Relay.Set(LinePosition.A, default).Fault);
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Welded_contacts_are_not_taken_for_obedience(string kind)
    {
        using var bench = Makers[kind]();
        bench.Contacts.Stuck = true;
        (bench as GpioBench)?.Stick();
        (bench as FtdiBench)?.Stick();
        var answer = bench.Relay.Set(LinePosition.A, default);
        if (!bench.ReadsBack) Assert.False(answer.Confirmed);
        else Assert.Equal((RelayFault.Contradicted, LinePosition.B), (answer.Fault, answer.Position));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Caller_who_gives_up_waits_for_nothing(string kind)
    {
        using var bench = Makers[kind]();
        var watch = Stopwatch.StartNew();
        var answer = bench.Relay.Set(LinePosition.A, new CancellationToken(canceled: true));
        Assert.Equal(RelayFault.Abandoned, answer.Fault);
        Assert.Equal(0, bench.Contacts.Moves);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reset_ends_at_B(string kind)
    {
        using var bench = Makers[kind]();
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Arrives(bench, LinePosition.A);
        var answer = bench.Relay.Reset(default);
        Assert.True(answer.IsDone, answer.Words);
        Assert.Equal(LinePosition.B, answer.Position);
        Arrives(bench, LinePosition.B);
        Assert.Equal(LinePosition.B, bench.Relay.Read(default).Position);
    }

    /// <summary>A board that cannot say where it is may take a moment to hear.</summary>
    private static void Arrives(RelayBench bench, LinePosition position)
    {
        if (!bench.ReadsBack) _ = SpinWait.SpinUntil(() => bench.Line == position, 10_000);
        Assert.Equal(position, bench.Line);
    }
}

/// <summary>A board with an invented protocol and the profile of it.</summary>
internal static class Profiles
{
    public static RelayBench Bench(bool readsBack)
    {
        var board = new SimulatedCaptured(readsBack);
        var path = Path.Combine(Path.GetTempPath(), $"relay-profile-{Guid.NewGuid():n}.toml");
        File.WriteAllText(path, board.Profile);
        return new ProfileBench(board, path, readsBack);
    }

    private sealed class ProfileBench(SimulatedBoard board, string path, bool readsBack) : PtyBench(board, [0], port => RelayFactory.Open(
        new RelayDeviceConfig.Rhino("line", port, "", 0, path) { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patient }))
    {
        public override bool ReadsBack => readsBack;

        public override void Dispose()
        {
            base.Dispose();
            File.Delete(path);
        }
    }
}
