using Appliance.Drivers.Web;

namespace Appliance.Agent.Web;

/// <summary>The files of the status page, from within the executable.</summary>
internal static class WebPage
{
    private static readonly (string Path, string Name, string Type)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
        ("/order.js", "order.js", "text/javascript; charset=utf-8"),
    ];

    /// <summary>By path.</summary>
    public static IReadOnlyDictionary<string, WebAnswer> Read() => Files.ToDictionary(
        file => file.Path, file => new WebAnswer(200, file.Type, Bytes(file.Name)), StringComparer.Ordinal);

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(WebPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the executable lacks {name}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
