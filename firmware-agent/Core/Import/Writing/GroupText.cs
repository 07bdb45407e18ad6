using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Import.Merge;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Writing;

/// <summary>Writes a group and its resources.</summary>
internal static class GroupText
{
    public static string Write(GroupDraft group)
    {
        var text = new CommentedToml();
        text.Blank().Lines("[[group]]").Comment($"from {group.Place}").Line("name", group.Name);
        if (group.Preferred.Length > 0) text.Line("preferred", group.Preferred);
        if (group.Preferred.Length > 0) text.Line("failback", group.Failback, group.Hint);
        return text + string.Concat(group.Resources.Select(resource => Resource(resource, group.Resources)));
    }

    private static string Resource(ResourceDraft resource, ImmutableArray<ResourceDraft> all)
    {
        var text = new CommentedToml("  ");
        text.Blank().Lines("[[group.resource]]").Comment($"{resource.Id.Split('#')[0]}, {resource.Place}"
            + (resource.Comment.Length > 0 ? $"; {resource.Comment}" : ""));
        text.Line("name", resource.Name).Line("type", resource.Word);
        if (!resource.After.IsEmpty) text.Raw("after", TomlText.Array(resource.After));
        Kind(text, resource, all);
        foreach (var (key, value) in resource.Times) text.Line(key, value);
        Restarts(text, resource);
        if (resource.Probe.Length > 0) text.Raw("probe", resource.Probe);
        return text.ToString();
    }

    private static void Restarts(CommentedToml text, ResourceDraft resource)
    {
        string[] parts =
        [
            .. resource.RestartsMax >= 0 ? [$"max = {resource.RestartsMax}"] : Array.Empty<string>(),
            .. resource.RestartsWithin.Length > 0 ? [$"within = \"{resource.RestartsWithin}\""] : Array.Empty<string>(),
        ];
        if (parts.Length > 0) text.Raw("restarts", $"{{ {string.Join(", ", parts)} }}");
    }

    private static void Kind(CommentedToml text, ResourceDraft resource, ImmutableArray<ResourceDraft> all)
    {
        switch (resource.Word)
        {
            case "ip": Address(text, resource); break;
            case "source-route": SourceRoute(text, resource, all); break;
            case "mount": Mount(text, resource); break;
            case "bind":
                text.Raw("paths", TomlText.Array(resource.Paths));
                if (all.Count(one => one.Word == "mount") != 1 || all.All(one => one.Word != "mount"
                    || one.Directory != resource.Directory))
                    text.Line("from", resource.Directory);
                break;
            case "service": text.Line("unit", resource.Unit); break;
            case "lsb": text.Line("script", resource.Script); break;
            case "exec":
                foreach (var (key, verb) in new[] { ("start", "start"), ("stop", "stop"), ("monitor", "status") })
                    text.Raw(key, TomlText.Array([.. resource.Command, verb]));
                break;
            case "ocf":
                text.Line("agent", resource.Agent);
                if (!resource.Parameters.IsEmpty)
                    text.Raw("parameters", $"{{ {string.Join(", ", resource.Parameters.Select(
                        pair => $"{TomlText.Key(pair.Key)} = {TomlText.Quote(pair.Value)}"))} }}");
                break;
            case "replica": text.Line("replica", resource.Replica); break;
            case "tdm": text.Line("device", resource.Device); break;
            case "dahdi": text.Comment("modules = [\"dahdi\", …] loads the drivers, if nothing else does"); break;
            default: throw new InvariantException($"nobody writes {resource.Word}");
        }
    }

    private static void Address(CommentedToml text, ResourceDraft resource)
    {
        if (resource.PrefixLength > 0) text.Line("address", $"{resource.Address}/{resource.PrefixLength}");
        else text.Missing("address", $"\"{resource.Address}/24\"", "the prefix length is not said");
        if (resource.Interface.Length > 0) text.Line("interface", resource.Interface);
        else text.Missing("interface", "\"eth0\"", "the one to the LAN; the old program took the one whose network fits");
        if (resource.SourceRoute) text.Raw("source-route", "true");
    }

    private static void SourceRoute(CommentedToml text, ResourceDraft resource, ImmutableArray<ResourceDraft> all)
    {
        text.Line("network", "default").Line("source", resource.Address);
        var card = all.FirstOrDefault(one => one.Word == "ip" && one.Address == resource.Address)?.Interface ?? "";
        if (card.Length > 0) text.Line("interface", card);
        else text.Missing("interface", "\"eth0\"", "the one with the default route");
    }

    private static void Mount(CommentedToml text, ResourceDraft resource)
    {
        if (resource.Device.Length > 0) text.Line("device", resource.Device);
        else text.Missing("device", "\"/dev/appliance/data\"", "the old one is of no replica that is known");
        text.Line("directory", resource.Directory);
        if (resource.FsType.Length > 0) text.Line("fstype", resource.FsType);
        else text.Missing("fstype", "\"ext4\"", "the old file left it to mount");
        if (resource.Options.Length > 0) text.Line("options", resource.Options);
    }
}
