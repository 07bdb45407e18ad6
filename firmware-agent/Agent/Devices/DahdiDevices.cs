using Appliance.Core.Configuration;
using Appliance.Core.Dahdi;
using Appliance.Drivers.Dahdi;

namespace Appliance.Agent.Devices;

/// <summary>Spans of DAHDI, and who asks for them.</summary>
internal static class DahdiDevices
{
    public static IEnumerable<DeviceReport> Of(DeviceScene scene)
    {
        var usual = DahdiPlaces.Usual;
        var reading = new LinuxDahdi(usual with { Proc = scene.PathOf(usual.Proc), Sys = scene.PathOf(usual.Sys) }).Read();
        var wanted = Wanted(scene.Config).GroupBy(pair => pair.Span, pair => pair.By)
            .ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Distinct()));
        foreach (var (number, by) in wanted.OrderBy(pair => pair.Key))
            yield return DeviceReport.Wanted("dahdi", $"span {number}", by, reading.Span(number) is { } span ? Words(span) : null,
                reading.Problem.Length > 0 ? reading.Problem : "load the card's driver, or correct the number");
        foreach (var span in reading.Spans.Where(span => !wanted.ContainsKey(span.Number)))
            yield return DeviceReport.Spare("dahdi", $"span {span.Number}", Words(span));
    }

    private static IEnumerable<(int Span, string By)> Wanted(ApplianceConfig? config)
    {
        foreach (var group in config?.Groups ?? [])
        foreach (var resource in group.Resources)
        {
            if (resource.What is ResourceKind.Dahdi dahdi)
                foreach (var span in dahdi.WaitFor) yield return (span, $"{group.Name}/{resource.Name}");
            if (resource.Probe is ProbeConfig.Dahdi probe)
                foreach (var span in probe.Spans) yield return (span, $"probe of {group.Name}/{resource.Name}");
        }
    }

    private static string Words(DahdiSpan span) =>
        $"{span.Name}{(span.Line.Length > 0 ? $" {span.Line}" : "")}, "
        + (span.Alarms == DahdiAlarms.None ? "no alarm" : DahdiAlarmWords.Of(span.Alarms));
}
