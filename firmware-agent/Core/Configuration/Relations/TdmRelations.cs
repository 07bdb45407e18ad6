using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Resources of type tdm: a device that is there, used once, and time enough for it to switch.</summary>
internal static class TdmRelations
{
    public static void Check(Section root, Findings findings)
    {
        var devices = root.Sections("device");
        var resources = root.Sections("group").SelectMany(group => group.Sections("resource"))
            .Where(resource => resource.Word == "tdm").ToArray();
        Unique.Check(resources, "device", "the device", findings);
        foreach (var resource in resources) One(resource, devices, findings);
    }

    private static void One(Section resource, ImmutableArray<Section> devices, Findings findings)
    {
        if (!resource.Has("device", out string name)) return;
        var device = devices.FirstOrDefault(one => one.Name == name);
        if (device is null)
        {
            var known = devices.IsEmpty ? "there is none"
                : $"expected {string.Join(" or ", devices.Select(one => Words.Quoted(one.Name)))}";
            findings.Error(resource.Place("device"), resource.PathOf("device"), $"there is no [device.{name}]; {known}");
            return;
        }

        if (device.Has("dwell", out TimeSpan dwell) && resource.Has("start-timeout", out TimeSpan start) && dwell >= start)
            findings.Error(resource.Place("start-timeout"), resource.PathOf("start-timeout"),
                $"found {Words.Of(start)}, but the relay is not taken sooner than its dwell of {Words.Of(dwell)} allows; expected more");
        if (resource.Get("after", ImmutableArray<string>.Empty).IsEmpty)
            findings.Warning(resource.At, resource.Path,
                "the lines come to the node before the telephone system runs, and stay when it fails; expected after = [\"asterisk\"] or "
                    + "the like");
    }
}
