using Appliance.Core.Dahdi;
using Appliance.Drivers.Dahdi;

namespace Appliance.Drivers.Tests.Dahdi;

/// <summary>
/// What every <see cref="IDahdi"/> promises. The machine has the module "card", which brings the spans 1 and 2, and the file
/// <see cref="File"/>.
/// </summary>
public abstract class DahdiContract
{
    protected abstract IDahdi Dahdi { get; }

    protected abstract string File { get; }

    [Fact]
    public void Without_modules_there_is_no_span_and_a_reason() =>
        Assert.Equal((0, "DAHDI is not loaded"), (Dahdi.Read().Spans.Length, Dahdi.Read().Problem));

    [Fact]
    public void A_loaded_card_has_its_spans()
    {
        Assert.True(Dahdi.Load("card", default).Ok);
        Assert.True(Dahdi.Load("card", default).Ok);
        var reading = Dahdi.Read();
        Assert.Equal([1, 2], reading.Spans.Select(span => span.Number));
        Assert.Equal("", reading.Problem);
        Assert.Equal(("TE2/0/1", "HDB3/CCS", 31), (reading.Spans[0].Name, reading.Spans[0].Line, reading.Spans[0].ChannelCount));
    }

    [Fact]
    public void A_module_that_is_not_installed_is_told_by_name()
    {
        var step = Dahdi.Load("missing", default);
        Assert.False(step.Ok);
        Assert.Contains("module missing", step.Text, StringComparison.Ordinal);
        Assert.Contains("not found", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Alarms_come_and_go()
    {
        Dahdi.Load("card", default);
        SetAlarms(2, DahdiAlarms.Red);
        Assert.Equal([DahdiAlarms.None, DahdiAlarms.Red], Dahdi.Read().Spans.Select(span => span.Alarms));
        SetAlarms(2, DahdiAlarms.None);
        Assert.Equal([DahdiAlarms.None, DahdiAlarms.None], Dahdi.Read().Spans.Select(span => span.Alarms));
    }

    [Fact]
    public void A_span_vanishes()
    {
        Dahdi.Load("card", default);
        TakeAway(1);
        Assert.Equal(2, Assert.Single(Dahdi.Read().Spans).Number);
    }

    [Fact]
    public void A_text_that_is_nonsense_costs_its_own_span_only()
    {
        Dahdi.Load("card", default);
        Garble(1);
        var reading = Dahdi.Read();
        Assert.Equal(2, reading.Spans[^1].Number);
        Assert.Contains("/1: expected \"Span N", reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Spans_are_configured_from_the_file() => Assert.True(Dahdi.Configure(File, default).Ok);

    [Fact]
    public void A_refused_configuration_is_told_in_its_own_words()
    {
        Refuse("line 3: Unknown keyword 'spam'");
        var step = Dahdi.Configure(File, default);
        Assert.False(step.Ok);
        Assert.Contains("line 3: Unknown keyword 'spam'", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_never_ends_is_abandoned()
    {
        Hang();
        using var abandon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var step = Dahdi.Configure(File, abandon.Token);
        Assert.False(step.Ok);
        Assert.Contains("abandoned", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Unloading_takes_the_spans_away_unless_they_are_in_use()
    {
        Dahdi.Load("card", default);
        SetInUse(true);
        Assert.Contains("in use", Dahdi.Unload("card", default).Text, StringComparison.Ordinal);
        Assert.Equal(2, Dahdi.Read().Spans.Length);
        SetInUse(false);
        Assert.True(Dahdi.Unload("card", default).Ok);
        Assert.Empty(Dahdi.Read().Spans);
    }

    protected abstract void SetAlarms(int span, DahdiAlarms alarms);

    protected abstract void TakeAway(int span);

    protected abstract void Garble(int span);

    protected abstract void Refuse(string words);

    protected abstract void Hang();

    protected abstract void SetInUse(bool inUse);
}

public sealed class SimulatedDahdiTests : DahdiContract
{
    private readonly SimulatedDahdi _dahdi = new();

    public SimulatedDahdiTests() => _dahdi.Install("card", Span(1), Span(2));

    protected override IDahdi Dahdi => _dahdi;

    protected override string File => "/etc/dahdi/system.conf";

    protected override void SetAlarms(int span, DahdiAlarms alarms) => _dahdi.SetAlarms(span, alarms);

    protected override void TakeAway(int span) => _dahdi.TakeAway(span);

    protected override void Garble(int span) => _dahdi.Garble(span);

    protected override void Refuse(string words) => _dahdi.Refusal = words;

    protected override void Hang() => _dahdi.Hangs = true;

    protected override void SetInUse(bool inUse) => _dahdi.InUse = inUse;

    private static DahdiSpan Span(int number) => new(number, $"TE2/0/{number}", "card") { Line = "HDB3/CCS", ChannelCount = 31 };
}
