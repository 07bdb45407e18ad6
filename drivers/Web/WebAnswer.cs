using System.Text;

namespace Appliance.Drivers.Web;

/// <summary>What goes back.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">With its charset.</param>
/// <param name="Body">Copied when it is sent.</param>
public sealed record WebAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Headers beside those that every reply has (<see cref="WebServer"/>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>True: there is no body of its own, the connection is given everything that <see cref="WebServer.Publish"/> says.</summary>
    public bool IsStream { get; init; }

    /// <summary>Not null: there is no answer yet; this finds it, on a thread of its own, and may take its time.</summary>
    public Func<WebAnswer>? Work { get; init; }

    /// <summary>An answer that takes its time.</summary>
    public static WebAnswer Later(Func<WebAnswer> work) => new(0, "", default) { Work = work };

    /// <summary>A sentence.</summary>
    public static WebAnswer Text(int status, string text) => new(status, PlainText, Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>A stream of events (server-sent events, HTML standard section 9.2).</summary>
    public static WebAnswer Stream => new(200, "text/event-stream; charset=utf-8", default) { IsStream = true };
}
