namespace Appliance.Drivers.Web;

/// <summary>A request whose head and body have arrived whole and within their bounds. A header that is not there is empty.</summary>
/// <param name="Method">As it came: GET, HEAD, POST …</param>
/// <param name="Path">Before the question mark, percent signs decoded; never used as the name of a file.</param>
/// <param name="Client">Address it came from.</param>
/// <param name="Body">At most <see cref="WebBounds.BodyBytes"/>.</param>
public sealed record WebQuestion(string Method, string Path, string Client, ReadOnlyMemory<byte> Body)
{
    /// <summary>Header of our own. A page of another site cannot make a browser send it without asking first (Fetch standard, CORS
    /// preflight), and we never say yes.</summary>
    public const string ProofHeader = "X-Appliance-Proof";

    /// <summary><see cref="ProofHeader"/>.</summary>
    public string Proof { get; init; } = "";

    /// <summary>Whom the client believes to talk to: name or address, and port.</summary>
    public string Host { get; init; } = "";

    /// <summary>Whose page a browser sends it for: scheme, name and port.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Sec-Fetch-Site: how a browser sees the two: same-origin, same-site, cross-site, none.</summary>
    public string Site { get; init; } = "";
}
