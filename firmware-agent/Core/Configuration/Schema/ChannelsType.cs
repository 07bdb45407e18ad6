using System.Collections.Immutable;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>One relay of a board, or several that move together because a span has four wires. Reads to an immutable array of
/// numbers.</summary>
public sealed class ChannelsType(int min, int max) : KeyType
{
    public override string Name => "channels";

    public override string Accepts =>
        $"a relay's number from {min} to {max}, or an array of different ones that move together, for example [{min}, {min + 1}]";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (Number(value) is { } one) return ImmutableArray.Create(one);
        if (value is not TomlValue.List list) return Refuse(value, path, findings);
        if (list.Items.IsEmpty) return Refuse(value, path, findings, "it is empty");
        var numbers = list.Items.Select(Number).ToArray();
        if (Array.IndexOf(numbers, null) is >= 0 and var wrong) return Refuse(list.Items[wrong], $"{path}[{wrong + 1}]", findings);
        if (numbers.Distinct().Count() != numbers.Length) return Refuse(value, path, findings, "one of them stands twice");
        return numbers.Select(number => number!.Value).Order().ToImmutableArray();
    }

    public override TomlValue FromDefault(string text, TomlPosition at) =>
        new TomlValue.Integer(at, long.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private int? Number(TomlValue value) =>
        value is TomlValue.Integer { Value: var number } && number >= min && number <= max ? (int)number : null;
}
