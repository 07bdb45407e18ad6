using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Line devices: no hardware twice, numbers that the board has, ways of reaching it that do not contradict each other.</summary>
internal static class LineDeviceRelations
{
    private static readonly string[] HidWords = ["lcus-hid", "usbrelay", "hidrelay"];

    public static void Check(Section root, Findings findings)
    {
        var devices = root.Sections("device");
        Ports(devices, findings);
        Ids(devices, findings);
        HeartbeatLines(root, devices, findings);
        Addresses(root, devices, findings);
        foreach (var device in devices) One(device, findings);
    }

    private static void One(Section device, Findings findings)
    {
        if (device.IsWritten("tool") && device.IsWritten("profile"))
            Tell(device, "tool", findings, "found tool and profile; expected one of them");
        if (device.IsWritten("profile") && device.IsWritten("channel"))
            Tell(device, "channel", findings, "has no effect with a profile, whose bytes say which relay is meant; remove it");
        if (device.Word == "ft245r" && device.IsWritten("serial") && device.IsWritten("path"))
            Tell(device, "path", findings, "found serial and path; expected one of them");
        if (device.Word == "berofos" && device.IsWritten("user") != device.IsWritten("password-file"))
            Tell(device, device.IsWritten("user") ? "user" : "password-file", findings,
                "found alone; a login needs user and password-file");
        if (device.Word == "fonebridge") BridgeRelations.Check(device, findings);
        Channels(device, findings);
    }

    /// <summary>A board's numbers end with its size; Numato counts from 0, KMTronic from 1.</summary>
    private static void Channels(Section device, Findings findings)
    {
        if (!device.Has("relays", out int relays) || !device.Has("channel", out ImmutableArray<int> channels)) return;
        var last = device.Word == "numato" ? relays - 1 : relays;
        if (channels[^1] > last)
            Tell(device, "channel", findings, $"found {channels[^1]}; a board of {relays} has relays up to number {last}");
    }

    /// <summary>One port, one driver: each has a process of its own that locks it. Both nodes may have a port of the same name.</summary>
    private static void Ports(ImmutableArray<Section> devices, Findings findings)
    {
        var seen = new Dictionary<string, Section>(StringComparer.Ordinal);
        foreach (var device in devices)
        {
            var (key, place) = PlaceOf(device);
            if (place.Length == 0 || seen.TryAdd(place, device)) continue;
            Tell(device, key, findings,
                $"this is the hardware of [device.{seen[place].Name}] in line {seen[place].At.Line}; expected another one (relays of one "
                    + "board that move together are one device: channel = [1, 2])");
        }
    }

    /// <summary>The key that says where a device is, and its place; empty when it may be several places.</summary>
    private static (string Key, string Place) PlaceOf(Section device)
    {
        var node = device.Get("node", "");
        if (device.Word == "gpio") return ("line", device.Has("line", out GpioLineName line) ? $"{node} {line}" : "");
        if (device.Word is "berofos" or "fonebridge") return ("address", device.Get("address", ""));
        if (device.Word == "ft245r")
            return device.IsWritten("serial") ? ("serial", $"{node} serial {device.Get("serial", "")}")
                : device.IsWritten("path") ? ("path", $"{node} path {device.Get("path", "")}")
                : ("driver", $"{node} any ft245r");
        return device.IsWritten("port") ? ("port", $"{node} {device.Get("port", "")}")
            : device.IsWritten("id") ? ("id", $"{node} {device.Word} {device.Get("id", "")}")
            : HidWords.Contains(device.Word) ? ("driver", $"{node} any {device.Word}")
            : ("port", "");
    }

    /// <summary>"The one that is plugged in" is no answer where two of a kind are configured.</summary>
    private static void Ids(ImmutableArray<Section> devices, Findings findings)
    {
        foreach (var device in devices)
        {
            var (key, _) = PlaceOf(device);
            if (key != "driver") continue;
            var other = devices.FirstOrDefault(one =>
                one != device && one.Word == device.Word && one.Get("node", "") == device.Get("node", "") && PlaceOf(one).Key != "driver");
            if (other is not null)
                findings.Error(device.At, device.Path,
                    $"[device.{other.Name}] is of the same kind on the same node, so which board this is must be said; expected "
                        + (device.Word == "ft245r" ? "serial or path" : device.Word == "usbrelay" ? "port or id" : "port"));
        }
    }

    private static void HeartbeatLines(Section root, ImmutableArray<Section> devices, Findings findings)
    {
        if (!root.Has("heartbeat", out Section heartbeat)) return;
        foreach (var link in heartbeat.Sections("link").Where(link => link.Word == "serial"))
        foreach (var device in devices.Where(device => device.Get("port", "") == link.Get("device", " ")))
            Tell(device, "port", findings, $"is the serial line of heartbeat link {Words.Quoted(link.Name)}; expected another one");
    }

    private static void Addresses(Section root, ImmutableArray<Section> devices, Findings findings)
    {
        var services = root.Sections("group").SelectMany(group => group.Sections("resource")).Where(resource => resource.Word == "ip");
        var taken = services.Where(service => service.Has("address", out Prefix _))
            .Select(service => service.Get<Prefix>("address").Address).ToHashSet(StringComparer.Ordinal);
        foreach (var device in devices.Where(device => taken.Contains(device.Get("address", ""))))
            Tell(device, "address", findings, $"{device.Get("address", "")} is a service address; expected the device's own");
    }

    private static void Tell(Section section, string key, Findings findings, string message) =>
        findings.Error(section.Place(key), section.PathOf(key), message);
}
