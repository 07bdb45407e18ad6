using System.Text.Json.Serialization;
using Appliance.Agent.Control;
using Appliance.Core.Lines;

namespace Appliance.Agent.Lines;

/// <summary>One line from client to keeper, on <see cref="LineControl.PathOf"/>.</summary>
/// <param name="Command">One of <see cref="LineCommands"/>.</param>
/// <param name="Term">lease, renew: of the group's promotion.</param>
/// <param name="Ms">lease, renew, on, off: for how long, milliseconds.</param>
/// <param name="Maintenance">on: although a group has the lines.</param>
public sealed record LineRequest(string? Command, uint? Term = null, long? Ms = null, bool? Maintenance = null);

/// <summary>One line from keeper to client; every request gets one, at once.</summary>
/// <param name="Ok">False: refused, and nothing has changed.</param>
/// <param name="Error">Why, as a sentence.</param>
/// <param name="Status">How it stands now, whatever was asked.</param>
public sealed record LineReply(bool Ok, string? Error = null, RelayStatus? Status = null)
{
    public static LineReply Refused(string error, RelayStatus? status = null) => new(false, error, status);
}

/// <summary>How a relay and its keeper stand.</summary>
/// <param name="Name">Of the device.</param>
/// <param name="Driver">The word in the file.</param>
/// <param name="Position">The relay's last word.</param>
/// <param name="Own">The position that brings the lines to this node.</param>
/// <param name="Wanted">Null: the other node may have them, and commands the switch itself.</param>
/// <param name="ReadsBack">The hardware itself says where the lines are.</param>
/// <param name="Problem">Why it does not do what it is told; empty: it does.</param>
/// <param name="Hangs">An order has been under way for longer than one takes.</param>
/// <param name="LeaseTerm">Null: nobody has a lease.</param>
/// <param name="LeaseMs">What is left of it.</param>
/// <param name="Hold">Where an operator keeps the lines; null: no operator does.</param>
/// <param name="HoldMs">What is left of that.</param>
/// <param name="LastSwitch">The last switch in words; empty: none in this life.</param>
/// <param name="LastMs">How long it took from its cause; -1: none.</param>
/// <param name="Pid">Of the keeper.</param>
/// <param name="Version">Of the keeper.</param>
public sealed record RelayStatus(
    string Name,
    string Driver,
    LinePosition Position,
    LinePosition Own,
    LinePosition? Wanted,
    bool ReadsBack,
    string Problem,
    bool Hangs,
    uint? LeaseTerm,
    long LeaseMs,
    LinePosition? Hold,
    long HoldMs,
    string LastSwitch,
    double LastMs,
    int Pid,
    string Version)
{
    /// <summary>Nothing stands between what is wanted and what is.</summary>
    [JsonIgnore]
    public bool IsWell => Problem.Length == 0 && !Hangs && Position != LinePosition.Unknown;

    /// <summary>"here (relay A, read back)" and the like.</summary>
    [JsonIgnore]
    public string Place
    {
        get
        {
            var where = Position == LinePosition.Unknown ? "unknown" : Position == Own ? "here" : "there";
            var how = Position == LinePosition.Unknown ? "" : $" (relay {Position}, {(ReadsBack ? "read back" : "as it was told")})";
            return Hangs ? $"{where}{how}; the relay hangs" : Problem.Length > 0 ? $"{where}{how}; {Problem}" : where + how;
        }
    }
}

/// <summary>The words of the protocol.</summary>
public static class LineCommands
{
    public const string Status = "status";

    /// <summary>Bring the lines here, for so long.</summary>
    public const string Lease = "lease";

    /// <summary>Make a valid lease longer.</summary>
    public const string Renew = "renew";

    /// <summary>The group lets the lines go.</summary>
    public const string Drop = "drop";

    /// <summary>An operator brings the lines here for so long.</summary>
    public const string On = "on";

    /// <summary>An operator keeps the lines away from here for so long.</summary>
    public const string Off = "off";

    /// <summary>Ends on and off.</summary>
    public const string Auto = "auto";
}

/// <summary>Where a keeper listens.</summary>
public static class LineControl
{
    public static string PathOf(string name) => $"/run/appliance/relay-{name}.sock";

    /// <summary>The keeper answers at once, whatever the relay does; later is a process that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The systemd unit of a relay's keeper.</summary>
    public static string UnitOf(string name) => $"appliance-relay@{name}.service";
}

/// <summary>JSON of requests. An unknown field is refused.</summary>
public static class LineRequestJson
{
    public static AgentJson Strict => field ??= AgentJson.Strict(depth: 2);
}

/// <summary>JSON of replies. Unknown fields are ignored, so that an older client reads a newer keeper. Nulls are written.</summary>
public static class LineReplyJson
{
    /// <summary>A line.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(depth: 4, nulls: true);

    /// <summary>The same, a line per field.</summary>
    public static AgentJson Indented => field ??= AgentJson.Readable(depth: 4, indented: true, nulls: true);
}
