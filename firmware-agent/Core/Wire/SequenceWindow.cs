namespace Appliance.Core.Wire;

/// <summary>Which of the last 64 sequence numbers were seen on one link (the sliding window of RFC 4303 §3.4.3).</summary>
public struct SequenceWindow
{
    public const int Width = 64;

    private ulong _newest;
    private ulong _seen;

    /// <summary>True the first time a number is seen; false for a repetition or one that has left the window.</summary>
    public bool Take(ulong sequence)
    {
        if (sequence > _newest)
        {
            var step = sequence - _newest;
            _seen = step >= Width ? 1 : (_seen << (int)step) | 1;
            _newest = sequence;
            return true;
        }

        var age = _newest - sequence;
        if (age >= Width || (_seen & (1UL << (int)age)) != 0) return false;
        _seen |= 1UL << (int)age;
        return true;
    }
}
