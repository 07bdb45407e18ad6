namespace Appliance.Drivers.Systemd;

/// <summary>A call over the bus failed.</summary>
/// <param name="errno">Positive errno.</param>
/// <param name="name">D-Bus error name, e.g. org.freedesktop.systemd1.NoSuchUnit; empty when nobody answered.</param>
/// <param name="message">For people.</param>
internal sealed class BusFault(int errno, string name, string message) : IOException(message)
{
    // errno.h: EBADF, EPIPE, ECONNRESET, ENOTCONN, ESHUTDOWN, ESTALE.
    private static readonly int[] Disconnects = [9, 32, 104, 107, 108, 116];

    public int Errno { get; } = errno;

    public string Name { get; } = name;

    /// <summary>The connection is of no use any more, as opposed to a refused request.</summary>
    public bool IsDisconnect => Disconnects.Contains(Errno);
}
