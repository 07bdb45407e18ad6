using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Appliance.Agent.Control;

/// <summary>What all clients of our control sockets do alike; what they say of a fault is their own.</summary>
internal static class UnixSocket
{
    /// <summary>Null and the fault when nobody is there.</summary>
    /// <param name="sendTimeout">A listener that takes nothing for so long is as good as gone.</param>
    public static Socket? Connect(string path, TimeSpan sendTimeout, out Exception? fault)
    {
        fault = null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            SendTimeout = (int)sendTimeout.TotalMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (Exception world) when (world is SocketException or ArgumentException)
        {
            fault = world;
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends a line of JSON. False when the listener is gone.</summary>
    public static bool Send<T>(Socket socket, T message, JsonTypeInfo<T> type)
    {
        try
        {
            socket.Send([.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\n']);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The sentence for a caller who may not; null: it is another fault.</summary>
    public static string? Forbidden(string path, Exception fault) => fault is SocketException { SocketErrorCode: SocketError.AccessDenied }
        ? $"permission denied on {path}: run this as root (sudo) or as a member of the group {ControlLimits.Group}" : null;
}
