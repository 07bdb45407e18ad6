using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Sections that belong to the promised interface and are checked, but have no effect in this version. Whoever gives one its
/// effect removes its sentence.</summary>
public static class LaterSchema
{

    public static readonly SectionSchema Alert = new(
        "[alert.NAME]",
        "Who is told.",
        [
            new("to", new ListType(new StringType("string", "a mail address", text => text.Contains('@') ? null
                : "there is no \"@\" in it"), 1, 32, "[\"noc@example.net\"]"),
                "Mail addresses.") { Required = true },
            new("server", new StringType("host:port", "a mail server and its port, for example \"smtp.example.net:587\"", HostPortFault),
                "Mail server.") { Required = true },
        ]);

    public static readonly SectionSchema Web = new(
        "[web]",
        "Read-only status page.",
        [new("listen", new EndpointType(), "Address and port.") { Default = "0.0.0.0:8080" }]);

    public static ImmutableArray<Key> RootKeys { get; } =
    [
        new("alert", new NamedSectionsType(Alert, Types.Name), "Who is told.")
            { Later = "[alert.NAME] is understood but has no effect in this version; remove the section and follow `appliance events` or "
                + "the journal" },
        new("web", new SectionType(Web),
            "Status page.")
            { Later = "[web] is understood but has no effect in this version; remove the section and use `appliance status`" },
    ];

    public static ImmutableArray<SectionSchema> All { get; } = [Alert, Web];

    private static string? HostPortFault(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && NumericAddress.ParsePort(text[(colon + 1)..]) is not null && !text.Any(char.IsWhiteSpace) ? null
            : "write HOST:PORT";
    }
}
