using System.Text.Json;
using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary><c>drbdsetup status --json --statistics</c> of DRBD 9. Only the first volume and the first peer: we are pairs.</summary>
public static class DrbdJson
{
    /// <summary>The resource; null and why not.</summary>
    public static DrbdStatus? Parse(string text, string resource, out string problem)
    {
        problem = "";
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                foreach (var element in document.RootElement.EnumerateArray())
                    if (Text(element, "name") == resource) return One(element, resource);
            problem = $"drbdsetup knows no resource {resource}: is it up?";
        }
        catch (JsonException garbage)
        {
            problem = $"drbdsetup's answer is not understood: {garbage.Message}";
        }

        return null;
    }

    private static DrbdStatus One(JsonElement resource, string name)
    {
        var (device, connection) = (First(resource, "devices"), First(resource, "connections"));
        var peer = First(connection, "peer_devices");
        var connected = DrbdWords.Connection(Text(connection, "connection-state"), Text(peer, "replication-state"));
        return new DrbdStatus(
            name, connected, DrbdWords.Role(Text(resource, "role")), DrbdWords.Role(Text(connection, "peer-role")),
            DrbdWords.Disk(Text(device, "disk-state")), DrbdWords.Disk(Text(peer, "peer-disk-state")))
        {
            SizeKiB = Number(device, "size"),
            WrittenKiB = Number(device, "written"),
            ReadKiB = Number(device, "read"),
            ActivityLogWrites = Number(device, "al-writes"),
            BitmapWrites = Number(device, "bm-writes"),
            FrontPending = Few(device, "upper-pending"),
            LocalPending = Few(device, "lower-pending"),
            OutOfSyncKiB = Number(peer, "out-of-sync"),
            SentKiB = Number(peer, "sent"),
            ReceivedKiB = Number(peer, "received"),
            PeerPending = Few(peer, "pending"),
            Unacknowledged = Few(peer, "unacked"),
            Suspended = resource.TryGetProperty("suspended", out var held) && held.ValueKind == JsonValueKind.True,
            DoneFraction = connected is ConnectionState.SyncSource or ConnectionState.SyncTarget
                ? Math.Min(1, Real(peer, "percent-in-sync") / 100)
                : null,
            KiBPerSecond = (long)(Math.Min(Real(peer, "db/dt [MiB/s]"), 1e6) * 1024),
            SecondsLeft = Has(peer, "estimated-seconds-to-finish") ? Number(peer, "estimated-seconds-to-finish") : -1,
        };
    }

    private static JsonElement First(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() > 0
            ? list[0]
            : default;

    private static bool Has(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Never negative; what is no sensible number counts as 0.</summary>
    private static long Number(JsonElement parent, string name) =>
        Has(parent, name) && parent.GetProperty(name).TryGetInt64(out var value) && value is >= 0 and < 1L << 50 ? value : 0;

    private static int Few(JsonElement parent, string name) => (int)Math.Min(Number(parent, name), int.MaxValue);

    private static double Real(JsonElement parent, string name) =>
        Has(parent, name) && parent.GetProperty(name).TryGetDouble(out var value) && value is >= 0 and < 1e12 ? value : 0;
}
