using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.FoneBridge;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The clock priorities of a bridge's four spans. Reads to an immutable array of bytes.</summary>
public sealed class PrioritiesType : KeyType
{
    public override string Name => "array of integers";

    public override string Accepts => "four numbers from 0 to 3, for example [0, 1, 2, 3]";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.List list) return Refuse(value, path, findings);
        if (list.Items.Length != BridgeConfig.SpanCount) return Refuse(value, path, findings, $"{list.Items.Length} entries");
        var priorities = ImmutableArray.CreateBuilder<byte>(BridgeConfig.SpanCount);
        foreach (var item in list.Items)
        {
            if (item is not TomlValue.Integer { Value: >= 0 and < BridgeConfig.SpanCount and var number })
                return Refuse(item, path, findings);
            priorities.Add((byte)number);
        }

        var order = priorities.ToImmutable();
        return ClockOrder.Problem(order) is { Length: > 0 } problem ? Refuse(value, path, findings, problem) : order;
    }

    public override TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.List(
        at, [.. text.Trim('[', ']').Split(", ").Select(number => new TomlValue.Integer(at, long.Parse(number,
            CultureInfo.InvariantCulture)))]);
}

/// <summary>Channels of a bridge's echo canceller: numbers and ranges. Reads to an immutable array of numbers.</summary>
public sealed class BridgeChannelsType : KeyType
{
    public override string Name => "array of channels";

    public override string Accepts =>
        $"an array of channels from 1 to {DspPlan.UserChannelMax} and of ranges that grow, for example [\"1-15\", 17]";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.List list) return Refuse(value, path, findings);
        var channels = ImmutableArray.CreateBuilder<int>();
        foreach (var item in list.Items)
        {
            var (first, last) = Range(item);
            if (first < 1 || last > DspPlan.UserChannelMax) return Refuse(item, path, findings);
            for (var channel = first; channel <= last; channel++)
            {
                if (channels.Contains(channel)) return Refuse(item, path, findings, $"channel {channel} stands twice");
                channels.Add(channel);
            }
        }

        return channels.ToImmutable();
    }

    /// <summary>First and last; 0 where it is none.</summary>
    private static (int First, int Last) Range(TomlValue item)
    {
        if (item is TomlValue.Integer { Value: > 0 and <= DspPlan.UserChannelMax and var one }) return ((int)one, (int)one);
        if (item is not TomlValue.Text text || text.Value.Split('-') is not [var from, var to]) return default;
        return int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first < last ? (first, last) : default;
    }
}
