using Appliance.Core.Dahdi;

namespace Appliance.Agent.Status;

/// <param name="Number">As in <c>/proc/dahdi</c>.</param>
/// <param name="Name">For example TE4/0/1.</param>
/// <param name="Description">For example T4XXP (PCI) Card 0 Span 1.</param>
/// <param name="Line">Line code and framing; empty: analogue or not configured.</param>
/// <param name="Configured"><c>dahdi_cfg</c> has given it a purpose.</param>
/// <param name="SpanAlarms">DAHDI's words, for example RED; empty: none.</param>
/// <param name="Advice">What the alarm means and where to look; empty: nothing to be done.</param>
/// <param name="IsMaster">The clock of all spans.</param>
/// <param name="Channels">How many it has.</param>
/// <param name="ChannelsInUse">How many a program has open.</param>
public sealed record SpanStatus(
    int Number,
    string Name,
    string Description,
    string Line,
    bool Configured,
    string SpanAlarms,
    string Advice,
    bool IsMaster,
    int Channels,
    int ChannelsInUse)
{
    public static SpanStatus Of(DahdiSpan span) => new(
        span.Number, span.Name, span.Description, span.Line, span.IsConfigured, DahdiAlarmWords.Of(span.Alarms),
        DahdiAlarmWords.Advice(span.Alarms), span.IsMaster, Math.Max(span.ChannelCount, span.Channels.Length), span.InUse);
}
