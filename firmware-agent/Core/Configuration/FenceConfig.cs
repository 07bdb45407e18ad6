using System.Collections.Immutable;
using Appliance.Core.Lines;

namespace Appliance.Core.Configuration;

/// <summary>A section <c>[fence.NAME]</c>: a device that switches a node off.</summary>
/// <param name="Name">In messages.</param>
/// <param name="Node">Index of the node that it switches off.</param>
/// <param name="Order">Lower ones are tried first.</param>
/// <param name="Timeout">Off and confirmed by then, or it has failed.</param>
/// <param name="Hold">How long the node stays off before it is switched on again; zero: until a person does it.</param>
public abstract record FenceConfig(string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold)
{
    /// <summary>The driver's word.</summary>
    public abstract string Word { get; }

    /// <summary>Commands of the operator's own.</summary>
    public sealed record Exec(
        string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold, ImmutableArray<string> OffCommand,
        ImmutableArray<string> StatusCommand, ImmutableArray<string> OnCommand) : FenceConfig(Name, Node, Order, Timeout, Hold)
    {
        public override string Word => "exec";
    }

    /// <summary>A management controller.</summary>
    public sealed record Ipmi(
        string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold, string Address, int Port, string User, string PasswordFile,
        string Interface, string Tool) : FenceConfig(Name, Node, Order, Timeout, Hold)
    {
        public override string Word => "ipmi";
    }

    /// <summary>A script of the fence-agents collection.</summary>
    /// <param name="PasswordFile">Empty: none.</param>
    public sealed record Agent(
        string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold, string Script,
        ImmutableSortedDictionary<string, string> Parameters, string PasswordFile) : FenceConfig(Name, Node, Order, Timeout, Hold)
    {
        public override string Word => "agent";
    }

    /// <summary>A relay whose contacts carry the node's power.</summary>
    /// <param name="Device">Name of the <c>[device.NAME]</c>.</param>
    /// <param name="OffPosition">Where the node has no power.</param>
    public sealed record Relay(
        string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold, string Device, LinePosition OffPosition)
        : FenceConfig(Name, Node, Order, Timeout, Hold)
    {
        public override string Word => "relay";
    }

    /// <summary>A GPIO line that cuts the node's power while it is active.</summary>
    /// <param name="Sense">Active while the node has power; null: the driven line is read back.</param>
    public sealed record Gpio(
        string Name, int Node, int Order, TimeSpan Timeout, TimeSpan Hold, GpioLineName Line, bool ActiveLow, GpioLineName? Sense)
        : FenceConfig(Name, Node, Order, Timeout, Hold)
    {
        public override string Word => "gpio";
    }
}
