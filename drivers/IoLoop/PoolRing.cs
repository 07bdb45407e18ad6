using Appliance.Core;

namespace Appliance.Drivers.IoLoop;

/// <summary>Numbers from one thread to one other, in order, without a lock.</summary>
internal sealed class PoolRing(int size)
{
    private readonly int[] _entries = new int[size];
    private uint _put;
    private uint _taken;

    public bool IsEmpty => Volatile.Read(ref _put) == Volatile.Read(ref _taken);

    public void Put(int entry)
    {
        Invariant.Check(_put - Volatile.Read(ref _taken) < (uint)_entries.Length);
        _entries[_put % (uint)_entries.Length] = entry;
        Volatile.Write(ref _put, _put + 1);
    }

    public bool TryTake(out int entry)
    {
        entry = 0;
        if (_taken == Volatile.Read(ref _put)) return false;
        entry = _entries[_taken % (uint)_entries.Length];
        Volatile.Write(ref _taken, _taken + 1);
        return true;
    }
}
