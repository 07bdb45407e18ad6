using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[web]</c>.</summary>
public static class WebSchema
{
    public static readonly SectionSchema Web = new(
        "[web]",
        "Status page and metrics. Whoever can reach the address can read them: `[firewall]` says who can. Orders need the token.",
        [
            new("listen", new EndpointType(), "Address and port.") { Default = "0.0.0.0:8080" },
            new("token-file", Types.Path, "File with the token that orders need, readable by root only. Without it the page only shows."),
        ]);

    public static Key RootKey { get; } = new("web", new SectionType(Web), "Status page and metrics.");

    public static ImmutableArray<SectionSchema> All { get; } = [Web];
}
