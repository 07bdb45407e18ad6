using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Lines;

namespace Appliance.Core.Configuration;

/// <summary>Makes the records of <c>[fence.NAME]</c>, and their canonical text.</summary>
internal static class FenceText
{
    public static ImmutableArray<FenceConfig> Build(Section root, ImmutableArray<string> nodes) =>
        [.. root.Sections("fence").Select(fence => One(fence, nodes)).OrderBy(fence => fence.Order)];

    public static void Write(TomlText text, FenceConfig fence, ImmutableArray<string> nodes)
    {
        text.Title($"[fence.{TomlText.Key(fence.Name)}]").Line("driver", fence.Word).Line("node", nodes[fence.Node])
            .Line("order", fence.Order).Line("timeout", fence.Timeout).Line("hold", fence.Hold);
        switch (fence)
        {
            case FenceConfig.Exec exec:
                text.Line("off", exec.OffCommand).Line("status", exec.StatusCommand).Line("on", exec.OnCommand);
                break;
            case FenceConfig.Ipmi ipmi:
                text.Line("address", ipmi.Address).Line("port", ipmi.Port).Line("user", ipmi.User)
                    .Line("password-file", ipmi.PasswordFile).Line("interface", ipmi.Interface).Line("tool", ipmi.Tool);
                break;
            case FenceConfig.Agent agent:
                var parameters = agent.Parameters.Select(pair => $"{TomlText.Key(pair.Key)} = {TomlText.Quote(pair.Value)}");
                text.Line("agent", agent.Script).Raw("parameters", $"{{ {string.Join(", ", parameters)} }}");
                if (agent.PasswordFile.Length > 0) text.Line("password-file", agent.PasswordFile);
                break;
            case FenceConfig.Relay relay:
                text.Line("device", relay.Device).Line("off-position", relay.OffPosition.ToString());
                break;
            case FenceConfig.Gpio gpio:
                text.Line("line", gpio.Line.ToString()).Line("active-low", gpio.ActiveLow);
                if (gpio.Sense is { } sense) text.Line("sense", sense.ToString());
                break;
            default:
                throw new InvariantException($"nobody writes {fence}");
        }
    }

    private static FenceConfig One(Section fence, ImmutableArray<string> nodes)
    {
        var (name, node, order) = (fence.Name, nodes.IndexOf(fence.Get<string>("node")), fence.Get<int>("order"));
        var (timeout, hold) = (fence.Get<TimeSpan>("timeout"), fence.Get<TimeSpan>("hold"));
        return fence.Word switch
        {
            "exec" => new FenceConfig.Exec(
                name, node, order, timeout, fence.Get<ImmutableArray<string>>("on").IsEmpty ? TimeSpan.Zero : hold,
                fence.Get<ImmutableArray<string>>("off"),
                fence.Get<ImmutableArray<string>>("status"), fence.Get<ImmutableArray<string>>("on")),
            "relay" => new FenceConfig.Relay(
                name, node, order, timeout, hold, fence.Get<string>("device"),
                fence.Get<string>("off-position") == "A" ? LinePosition.A : LinePosition.B),
            "gpio" => new FenceConfig.Gpio(
                name, node, order, timeout, hold, fence.Get<GpioLineName>("line"), fence.Get<bool>("active-low"),
                fence.Has("sense", out GpioLineName sense) ? sense : null),
            "ipmi" => new FenceConfig.Ipmi(
                name, node, order, timeout, hold, fence.Get<string>("address"), fence.Get<int>("port"), fence.Get<string>("user"),
                fence.Get<string>("password-file"), fence.Get<string>("interface"), fence.Get<string>("tool")),
            "agent" => new FenceConfig.Agent(
                name, node, order, timeout, hold, fence.Get<string>("agent"),
                fence.Get<ImmutableSortedDictionary<string, string>>("parameters"), fence.Get("password-file", "")),
            _ => throw new InvariantException($"the schema accepts the fence driver \"{fence.Word}\" and nobody builds it"),
        };
    }
}
