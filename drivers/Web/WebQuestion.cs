namespace Appliance.Drivers.Web;

/// <summary>A request whose head and body have arrived whole and within their bounds.</summary>
/// <param name="Method">As it came: GET, HEAD, POST …</param>
/// <param name="Path">Before the question mark, percent signs decoded; never used as the name of a file.</param>
/// <param name="Client">Address it came from.</param>
/// <param name="Token">Header <see cref="WebServer.TokenHeader"/>; empty: none.</param>
/// <param name="Body">At most <see cref="WebBounds.BodyBytes"/>.</param>
public sealed record WebQuestion(string Method, string Path, string Client, string Token, ReadOnlyMemory<byte> Body);
