using Appliance.Core.Replica;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>
/// One node of <see cref="MeetingModel"/>: two blocks, names, marks, and what only the model knows: which acknowledged writes its image
/// contains and which names it ever adopted. Everything but role, life and survival is durable.
/// </summary>
internal sealed record ModelNode
{
    public const int Blocks = 2;

    public required int Number { get; init; }

    /// <summary>Number of the write that each block holds, four bits a block.</summary>
    public int Values { get; init; }

    /// <summary>A bit a block: may differ.</summary>
    public int Dirty { get; init; }

    public ulong Current { get; init; }

    public ulong Base { get; init; }

    /// <summary>Newest first, eight bits each.</summary>
    public ulong History { get; init; }

    public ulong Bases { get; init; }

    public DiskState Disk { get; init; } = DiskState.UpToDate;

    public bool ResyncTarget { get; init; }

    public bool IsPrimary { get; init; }

    public bool Crashed { get; init; }

    public bool SinceSplit { get; init; }

    public bool Survived { get; init; } = true;

    /// <summary>The two worked together and this node has not made a name since, nor lost its power.</summary>
    public bool Connected { get; init; } = true;

    /// <summary>Power failed while the two worked together, and they have not met since.</summary>
    public bool LostCache { get; init; }

    public bool IsUp { get; init; } = true;

    public bool KnowsPeer { get; init; } = true;

    /// <summary>A new name was made since the two were last together.</summary>
    public bool Noted { get; init; }

    public ulong Term { get; init; } = 1;

    /// <summary>Bit n: acknowledged write n is in the image.</summary>
    public int Acked { get; init; }

    /// <summary>Bit n: name n was made or adopted here.</summary>
    public int Names { get; init; }

    public int Value(int block) => Values >> (4 * block) & 15;

    public ModelNode With(int block, int value) => this with { Values = (Values & ~(15 << (4 * block))) | value << (4 * block) };

    public ModelNode Mint(ulong name) => this with
    {
        Base = Base == 0 ? Current : Base, Bases = Base == 0 ? 0 : Bases << 8 | Current, Current = name, Noted = true,
        Connected = false,
        Names = Names | 1 << (int)name,
    };

    /// <summary>The bitmap is empty because all was copied to the peer.</summary>
    public ModelNode Retire() => this with { History = Base == 0 ? History : History << 8 | Base, Base = 0, Bases = 0 };

    public HandshakeFacts Facts(ModelNode peer)
    {
        var side = Number == 0 ? Sides.A(Id(Current), Id(Base)) : Sides.B(Id(Current), Id(Base));
        return side with
        {
            Generations = new(Id(Current), Id(Base), Ids(History), Ids(Bases)), DirtyBlocks = (ulong)int.PopCount(Dirty),
            Disk = Disk, Role = IsPrimary ? ReplicaRole.Primary : ReplicaRole.Secondary, Term = Term, CrashedPrimary = Crashed,
            ResyncTarget = ResyncTarget, PrimarySinceSplit = SinceSplit || IsPrimary, Survived = Survived, LostCache = LostCache,
            PeerDevice = KnowsPeer ? (peer.Number == 0 ? Sides.DeviceA : Sides.DeviceB) : Guid.Empty,
        };
    }

    /// <summary>1 is the name of an empty disk.</summary>
    private static ulong Id(ulong name) => name switch { 0 => 0, 1 => Generations.JustCreated, _ => name << 16 };

    private static IdList Ids(ulong packed)
    {
        var list = default(IdList);
        for (var at = 0; packed != 0; at++, packed >>= 8) list[at] = Id(packed & 0xFF);
        return list;
    }
}
