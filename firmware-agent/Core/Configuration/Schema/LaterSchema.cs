using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Sections that belong to the promised interface and are checked, but have no effect in this version. Whoever gives one its
/// effect removes its sentence.</summary>
public static class LaterSchema
{
    public static readonly SectionSchema Web = new(
        "[web]",
        "Read-only status page.",
        [new("listen", new EndpointType(), "Address and port.") { Default = "0.0.0.0:8080" }]);

    public static ImmutableArray<Key> RootKeys { get; } =
    [
        new("web", new SectionType(Web),
            "Status page.")
            { Later = "[web] is understood but has no effect in this version; remove the section and use `appliance status`" },
    ];

    public static ImmutableArray<SectionSchema> All { get; } = [Web];
}
