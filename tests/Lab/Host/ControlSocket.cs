using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Appliance.Lab.Host;

/// <summary>What a replica's process says of itself, as far as a measurement needs it.</summary>
/// <param name="Connection">DRBD's word.</param>
/// <param name="Role">DRBD's word.</param>
/// <param name="Disk">Its own disk's state.</param>
/// <param name="PeerDisk">What it knows of the peer's.</param>
/// <param name="OutOfSyncKiB">Not on both nodes.</param>
/// <param name="Why">Why it waits, in words.</param>
/// <param name="Frozen">Why users wait; empty: they do not.</param>
/// <param name="Alone">It serves, and the peer lacks what is written.</param>
/// <param name="Requests">Answered since the start.</param>
/// <param name="AllocatedBytes">Managed bytes the engine's thread has allocated since it became ready.</param>
/// <param name="Term">Of the last promotion that it knows.</param>
public sealed record ReplicaView(
    string Connection, string Role, string Disk, string PeerDisk, long OutOfSyncKiB, string Why, string Frozen, bool Alone, long Requests,
    long AllocatedBytes, ulong Term)
{
    /// <summary>Both copies are whole and joined.</summary>
    public bool IsWhole => this is { Connection: "Connected", Disk: "UpToDate", PeerDisk: "UpToDate" };

    /// <summary>One line for a person.</summary>
    public override string ToString() =>
        $"{Connection} {Role} {Disk}/{PeerDisk} {OutOfSyncKiB} KiB out of sync{(Why == "" ? "" : ": " + Why)}";
}

/// <summary>The control socket of a replica's process: a line asks, a line answers.</summary>
public static class ControlSocket
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(35);

    /// <summary>What it says of itself; null when nobody answers.</summary>
    public static ReplicaView? Look(string path)
    {
        try
        {
            using var answer = JsonDocument.Parse(Exchange(path, """{"command":"status"}"""));
            var (status, process) = (answer.RootElement.GetProperty("status"), answer.RootElement.GetProperty("process"));
            return new ReplicaView(Word(status, "connection"), Word(status, "role"), Word(status, "disk"), Word(status, "peer_disk"),
                status.GetProperty("out_of_sync_ki_b").GetInt64(), Word(status, "why"),
                Word(status, "frozen"), status.GetProperty("alone").GetBoolean(),
                process.GetProperty("requests").GetInt64(), process.GetProperty("allocated_bytes").GetInt64(),
                status.GetProperty("term").GetUInt64());
        }
        catch (SocketException)
        {
            return null; // It is not there (yet).
        }
        catch (IOException)
        {
            return null; // It ended in the middle.
        }
    }

    /// <summary>Has an order carried out; a refusal ends the run with its words.</summary>
    public static void Order(string path, string order, string arguments = "{}")
    {
        if (TryOrder(path, order, arguments) is { } why) throw new LabException($"the replica refused {order}: {why}");
    }

    /// <summary>Has an order carried out; the words of a refusal, or null.</summary>
    public static string? TryOrder(string path, string order, string arguments = "{}")
    {
        using var answer = JsonDocument.Parse(Exchange(path, $$"""{"command":"order","order":"{{order}}","arguments":{{arguments}}}"""));
        return answer.RootElement.GetProperty("ok").GetBoolean() ? null : Word(answer.RootElement, "error");
    }

    /// <summary>Waits until what it says satisfies the condition; ends the run with its last words otherwise.</summary>
    public static void Await(string path, TimeSpan limit, string what, Func<ReplicaView, bool> condition)
    {
        ReplicaView? last = null;
        if (!Waiting.Until(limit, TimeSpan.FromMilliseconds(10), () => (last = Look(path)) is not null && condition(last)))
            throw new LabException($"{what}: not within {limit.TotalSeconds:0} s; the replica says: {last?.ToString() ?? "nothing"}");
    }

    private static string Word(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static string Exchange(string path, string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = (int)Limit.TotalMilliseconds;
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.UTF8.GetBytes(line + "\n"));
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        return reader.ReadLine() ?? throw new IOException("the process closed the connection");
    }
}
