using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[web]</c>.</summary>
public static class WebSchema
{
    public static readonly SectionSchema Web = new(
        "[web]",
        "Status page and metrics, to be read only ([WEB.md](WEB.md)). Whoever can reach the address can read them: `[firewall]` says who can.",
        [new("listen", new EndpointType(), "Address and port.") { Default = "0.0.0.0:8080" }]);

    public static Key RootKey { get; } = new("web", new SectionType(Web), "Status page and metrics.");

    public static ImmutableArray<SectionSchema> All { get; } = [Web];
}
