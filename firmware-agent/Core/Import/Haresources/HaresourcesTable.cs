using static Appliance.Core.Import.Directive;

namespace Appliance.Core.Import.Haresources;

/// <summary>The parts of a line of haresources. What becomes of the resources themselves is in the table of resources.</summary>
internal static class HaresourcesTable
{
    public static readonly DirectiveTable Table = new("haresources", StringComparer.Ordinal,
        Mapped("NODE", "preferred of the [[group]]"),
        Mapped("ADDRESS", "type = \"ip\""),
        Mapped("SCRIPT", "type = \"lsb\", or the unit of the same service where it is known"),
        Mapped("SCRIPT::ARGUMENTS", "type = \"exec\" with the same arguments"));
}
