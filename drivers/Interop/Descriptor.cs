namespace Appliance.Drivers.Interop;

/// <summary>A file descriptor that is closed once.</summary>
public sealed class Descriptor(int fd) : IDisposable
{
    /// <summary>-1 when closed.</summary>
    public int Fd { get; private set; } = fd;

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }
}
