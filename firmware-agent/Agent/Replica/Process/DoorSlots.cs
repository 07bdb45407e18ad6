using Appliance.Core;
using Appliance.Drivers.BlockFront;

namespace Appliance.Agent.Replica.Process;

/// <summary>Gives the requests of several front ends numbers of one kind, and finds back whose an answer is.</summary>
internal sealed class DoorSlots
{
    /// <summary>Requests of users under way at a time, of all front ends.</summary>
    private const int SlotsMax = 4096;

    private readonly Slot[] _slots = new Slot[SlotsMax];
    private int _free;

    public DoorSlots()
    {
        for (var at = 0; at < SlotsMax; at++) _slots[at].Next = at + 1;
    }

    /// <summary>Under way.</summary>
    public int Count { get; private set; }

    /// <summary>Answered since the start.</summary>
    public long Answered { get; private set; }

    public uint Take(IBlockFront front, uint tag)
    {
        var at = _free;
        Invariant.Check(at < SlotsMax);
        ref var slot = ref _slots[at];
        _free = slot.Next;
        (slot.Front, slot.Tag) = (front, tag);
        Count++;
        return (uint)at;
    }

    public void Answer(uint at, int result)
    {
        ref var slot = ref _slots[at];
        var (front, tag) = (slot.Front, slot.Tag);
        Invariant.Check(front is not null);
        (slot.Front, slot.Next) = (null, _free);
        _free = (int)at;
        Count--;
        Answered++;
        front.Answer(tag, result);
    }

    private struct Slot
    {
        public IBlockFront? Front;
        public uint Tag;
        public int Next;
    }
}
