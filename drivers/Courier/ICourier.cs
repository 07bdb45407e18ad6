namespace Appliance.Drivers.Courier;

/// <summary>Brings a message to its receiver. May take as long as <see cref="CourierBounds.Whole"/>; one thread.</summary>
public interface ICourier
{
    /// <summary>Null when it was taken, else why not, in words.</summary>
    /// <param name="parts">What is brought, as the receiver reads it: a mail, a JSON text, or datagrams.</param>
    string? Deliver(IReadOnlyList<byte[]> parts);
}

/// <summary>How long anybody waits for a receiver.</summary>
public static class CourierBounds
{
    /// <summary>For a connection to be made.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    /// <summary>For all of it.</summary>
    public static readonly TimeSpan Whole = TimeSpan.FromSeconds(30);
}
