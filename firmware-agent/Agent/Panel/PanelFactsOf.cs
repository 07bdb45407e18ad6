using System.Collections.Immutable;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Panel;

namespace Appliance.Agent.Panel;

/// <summary>What the front panel needs of the snapshot. Pure.</summary>
public static class PanelFactsOf
{
    /// <summary>Begins every alarm about the panel itself: a light that is broken must not say that the pair is.</summary>
    public const string OwnAlarm = "front panel: ";

    /// <param name="addresses">Service addresses of the configuration.</param>
    public static PanelFacts Of(StatusView view, ImmutableArray<string> addresses)
    {
        ImmutableArray<string> reasons = [.. view.Health.Reasons.Select(reason => reason.Text)
            .Where(text => !text.StartsWith(OwnAlarm, StringComparison.Ordinal))];
        var serves = view.Groups.Any(group => group.Role == Role.Active);
        return new PanelFacts(view.Node.Name, view.Peer.Name, view.Peer.IsHeard)
        {
            Groups = [.. view.Groups.Select(group => new PanelGroup(group.Name, group.Role, group.PeerRole))],
            IsNew = view.Node.Starting,
            OutOfService = view.Node.Standby,
            MaintenanceLeft = view.Node.MaintenanceLeft,
            ConfigRefused = view.Alarms.Any(alarm => alarm.Text.StartsWith(view.Config.File, StringComparison.Ordinal)),
            ServiceLost = view.Health.Reasons.Any(reason => reason.Level == HealthLevel.Critical),
            Copied = view.Groups.Select(Copied).FirstOrDefault(share => share is not null),
            LineTrouble = (serves && view.Spans.Any(span => span is { Configured: true, SpanAlarms.Length: > 0 }))
                || view.Groups.Any(group => group.Role == Role.Active && group.Lines.Any(line => line.Standing == LineStanding.There)),
            Reasons = reasons,
            Links = [.. view.Links.Select(link => $"{link.Name} {link.State}")],
            Addresses = addresses,
            Lines =
            [
                .. view.Groups.SelectMany(group => group.Lines).Select(line => $"{line.Name}: {line.Standing}"),
                .. view.Spans.Where(span => span.Configured)
                .Select(span => $"{span.Number} {span.Name} {(span.SpanAlarms.Length > 0 ? span.SpanAlarms : "OK")}"),
            ],
        };
    }

    /// <summary>Per cent of a copy that runs; a verify copies nothing.</summary>
    private static int? Copied(GroupStatus group) =>
        group.Replica?.Status is { Progress: { TotalKiB: > 0 } progress, OutOfSyncKiB: > 0 }
            ? (int)Math.Clamp(100 * (progress.TotalKiB - progress.LeftKiB) / progress.TotalKiB, 0, 99) : null;
}
