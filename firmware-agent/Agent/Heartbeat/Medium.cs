using Appliance.Core.Time;
using Appliance.Drivers.UdpPort;

namespace Appliance.Agent.Heartbeat;

/// <summary>How an attempt to take a frame ended.</summary>
internal enum Taking
{
    Frame,
    Nothing,

    /// <summary>The device is gone.</summary>
    Broken,
}

/// <summary>How an attempt to send a frame ended.</summary>
internal enum Sending
{
    Done,

    /// <summary>The line is busy; the frame goes out later unless a newer one takes its place.</summary>
    Later,

    /// <summary>It could not be sent.</summary>
    Failed,

    /// <summary>The device is gone.</summary>
    Broken,
}

/// <summary>An opened path for frames, owned by the heartbeat thread while in use. Nothing here waits or allocates, except <see
/// cref="Examine"/>.</summary>
internal abstract class Medium : IDisposable
{
    public abstract int Fd { get; }

    /// <summary>Bytes that belonged to no frame.</summary>
    public virtual long NoiseBytes => 0;

    /// <summary>Sends a frame, or keeps it for the moment when the line is free.</summary>
    public abstract Sending Send(ReadOnlySpan<byte> frame, Instant now);

    /// <summary>Goes on sending what was kept. <see cref="Sending.Done"/>: a frame went out just now.</summary>
    public virtual Sending Continue(Instant now) => Sending.Later;

    /// <summary>When to call <see cref="Continue"/>; null: nothing is kept.</summary>
    public virtual Instant? ContinueAt => null;

    /// <summary>Until then nothing complete can have arrived: no use to look.</summary>
    public virtual Instant ListenAt => Instant.Boot;

    /// <summary>Takes the next frame that has arrived; it is valid until the next call.</summary>
    public abstract Taking TryTake(out ReadOnlySpan<byte> frame);

    /// <summary>Looks what is wrong with the path. Called by the keeper, never by the timing thread.</summary>
    public virtual PortHealth Examine() => PortHealth.Good;

    public abstract void Dispose();
}
