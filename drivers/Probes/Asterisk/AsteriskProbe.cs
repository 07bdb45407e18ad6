using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Layers;

namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>What is asked of Asterisk.</summary>
/// <param name="Layers">Those that count.</param>
/// <param name="Judge">What their answers mean together.</param>
/// <param name="CliPath">The control socket.</param>
/// <param name="Ami">The manager.</param>
/// <param name="TasksMax">More waiting tasks than this in one PJSIP task processor is a failure of the layer "tasks".</param>
public sealed record AsteriskTarget(AsteriskLayers Layers, LayerJudge Judge, string CliPath, AmiTarget Ami, int TasksMax);

/// <summary>Asks Asterisk through all its layers at the same time, each until the deadline.</summary>
public sealed class AsteriskProbe : IProbe
{
    private readonly AsteriskTarget _target;
    private readonly IProbe _sip;
    private readonly AmiLayer _ami;
    private readonly LayerAsker?[] _askers;

    /// <param name="sip">Asks by SIP; is disposed of with this.</param>
    public AsteriskProbe(AsteriskTarget target, IProbe sip)
    {
        (_target, _sip, _ami) = (target, sip, new AmiLayer(target.Ami));
        var cli = new CliLayer(target.CliPath);
        _askers =
        [
            Has(AsteriskLayers.Cli | AsteriskLayers.Tasks) ? new LayerAsker("cli", cli.Ask) : null,
            Has(AsteriskLayers.Ami) ? new LayerAsker("ami", _ami.Ask) : null,
            Has(AsteriskLayers.Sip) ? new LayerAsker("sip", AskSip) : null,
        ];
    }

    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var until = Deadline.After(timeout);
        foreach (var asker in _askers) asker?.Begin(timeout);
        var answers = ImmutableArray.CreateBuilder<LayerAnswer>();
        AsteriskFacts? facts = null;
        foreach (var asker in _askers)
        {
            if (asker is null) continue;
            var (answer, told) = asker.End(until);
            if (answer.Layer != "cli" || Has(AsteriskLayers.Cli)) answers.Add(answer);
            facts = Merged(facts, told);
        }

        if (Has(AsteriskLayers.Tasks)) answers.Add(Tasks(facts?.Queued));
        var layers = answers.ToImmutable();
        var look = _target.Judge(layers.AsSpan());
        return new ProbeAnswer(look.Healthy, until.Elapsed, look.Whole ? Words(look.Text, facts) : look.Text)
        {
            Partly = look.Healthy && !look.Whole,
            Hung = !look.Healthy,
            Layers = layers,
            Facts = facts,
        };
    }

    public void Dispose()
    {
        _ami.Dispose();
        _sip.Dispose();
    }

    private bool Has(AsteriskLayers layers) => (_target.Layers & layers) != 0;

    private LayerReport AskSip(TimeSpan timeout)
    {
        var answer = _sip.Ask(timeout);
        return new LayerReport(answer.Healthy ? LayerState.Answers : LayerState.Fails, answer.Text);
    }

    private LayerAnswer Tasks(int? queued) => queued switch
    {
        null => new LayerAnswer("tasks", LayerState.Unknown, default, "the control socket did not tell them"),
        { } many when many > _target.TasksMax => new LayerAnswer("tasks", LayerState.Fails, default,
            string.Create(
                CultureInfo.InvariantCulture, $"{many} tasks wait in one PJSIP task processor; expected at most {_target.TasksMax}")),
        { } few => new LayerAnswer("tasks", LayerState.Answers, default, string.Create(CultureInfo.InvariantCulture, $"{few} wait")),
    };

    private static AsteriskFacts? Merged(AsteriskFacts? one, AsteriskFacts? other) => one is null || other is null ? one ?? other
        : new(one.Calls ?? other.Calls, one.Channels ?? other.Channels, one.Registered ?? other.Registered,
            one.Unregistered ?? other.Unregistered, one.Queued ?? other.Queued);

    private static string Words(string layers, AsteriskFacts? facts) => facts is not { Calls: { } calls, Channels: { } channels } ? layers
        : string.Create(CultureInfo.InvariantCulture, $"{layers}; {calls} calls, {channels} channels");
}
