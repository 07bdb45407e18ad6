namespace Appliance.Drivers.Web;

/// <summary>What clients may take: known before the first of them comes.</summary>
public static class WebBounds
{
    /// <summary>Connections at once; the next ones wait in the kernel until one ends.</summary>
    public const int Connections = 64;

    /// <summary>Of them from one address, so that one client cannot shut the others out.</summary>
    public const int ConnectionsPerAddress = 24;

    /// <summary>Streams at once; who comes later is told to ask again.</summary>
    public const int Streams = 32;

    /// <summary>Answers at once that take their time (<see cref="WebAnswer.Later"/>).</summary>
    public const int Works = 4;

    /// <summary>Memory of a connection, bytes: request line and headers must fit, or the answer is 431 (414 for the line).</summary>
    public const int ConnectionBytes = 16 * 1024;

    /// <summary>Longest body of a request, bytes.</summary>
    public const int BodyBytes = 4096;

    /// <summary>A connection on which nothing moves for so long is closed, seconds.</summary>
    public const int IdleSeconds = 15;

    /// <summary>Longest message of a stream, bytes. At most two are kept for a client: one on its way, and the newest.</summary>
    public const int MessageBytes = 512 * 1024;
}
