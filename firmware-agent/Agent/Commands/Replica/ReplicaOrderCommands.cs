using System.CommandLine;
using System.CommandLine.Parsing;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica connect|disconnect|invalidate|verify|resize|attach|detach</c>: drbdadm's verbs.</summary>
internal static class ReplicaOrderCommands
{
    public static Command Connect()
    {
        var discard = new Option<bool>("--discard-my-data")
        {
            Description = "After a split brain: throw away what was written here alone.",
        };
        return Make(
            "connect", "Looks for the peer again, for example after a split brain.", ReplicaOrderNames.Connect, [discard],
            line => line.GetValue(discard) ? new ReplicaArguments(DiscardMyData: true) : null);
    }

    public static Command Disconnect() => Make(
        "disconnect", "Ends the connection and looks for no other.", ReplicaOrderNames.Disconnect, [], _ => null);

    public static Command Invalidate()
    {
        var peer = new Option<bool>("--peer") { Description = "The other way round: the peer's copy is thrown away." };
        return Make(
            "invalidate", "Throws this node's copy away and copies everything from the peer.", ReplicaOrderNames.Invalidate, [peer],
            line => line.GetValue(peer) ? new ReplicaArguments(Peer: true) : null);
    }

    public static Command Verify() => Make(
        "verify", "Compares both copies while they are in use.", ReplicaOrderNames.Verify, [], _ => null);

    public static Command Resize()
    {
        var size = new Option<long?>("--size")
        {
            Description = "New size, for example 20GiB. Default: as large as both disks allow.",
            HelpName = "SIZE",
            CustomParser = Size,
        };
        return Make(
            "resize", "Makes the device larger after both disks were grown.", ReplicaOrderNames.Resize, [size],
            line => line.GetValue(size) is { } bytes ? new ReplicaArguments(Bytes: bytes) : null);
    }

    public static Command Attach() => Make("attach", "Takes the local disk into use again.", ReplicaOrderNames.Attach, [], _ => null);

    public static Command Detach() => Make(
        "detach", "Stops using the local disk; a primary goes on with the peer's.", ReplicaOrderNames.Detach, [], _ => null);

    /// <summary>Reads 20GiB and the like.</summary>
    public static long? Size(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (SizeType.Parse(text) is { } bytes) return bytes;
        result.AddError($"'{text}' is not a size such as 20GiB.");
        return null;
    }

    private static Command Make(
        string word, string description, string order, Option[] options, Func<ParseResult, ReplicaArguments?> arguments)
    {
        var name = ReplicaName.Running();
        var command = new Command(word, description) { name };
        foreach (var option in options) command.Options.Add(option);
        command.SetAction(line => ReplicaName.Order(line, line.GetRequiredValue(name), order, arguments(line)));
        return command;
    }
}
