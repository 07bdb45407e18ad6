using Appliance.Core.Time;

namespace Appliance.Simulation.Replica.Net;

/// <summary>
/// One direction of a TCP connection: the bytes that were put in come out in order, in pieces of any size, late, or not at all; a kernel
/// takes only so many that are not through.
/// </summary>
public sealed class BytePipe(Timeline timeline, Dice dice, SimLink link, int from, Action<ReadOnlyMemory<byte>> arrive)
{
    /// <summary>What the kernels on both sides hold, bytes.</summary>
    public const int Room = 512 << 10;

    private readonly Queue<byte[]> _waiting = new();
    private int _held;
    private bool _moving;
    private bool _closed;
    private Instant _lastArrival;

    /// <summary>The kernel takes more.</summary>
    public bool HasRoom => _held < Room;

    /// <summary>There is room again.</summary>
    public Action? Drained { get; set; }

    public void Put(byte[] bytes)
    {
        if (_closed) return;
        _held += bytes.Length;
        _waiting.Enqueue(bytes);
        Move();
    }

    /// <summary>Nothing comes out any more.</summary>
    public void Close()
    {
        _closed = true;
        _waiting.Clear();
    }

    /// <summary>The cable may be whole again: what waited is sent again.</summary>
    public void Nudge() => Move();

    private void Move()
    {
        if (_moving || _closed || _waiting.Count == 0 || link.Cut[from]) return;
        _moving = true;
        var delay = dice.Between(link.Delay, link.Delay * 3);
        if (link.Late > 0 && dice.Chance(link.Late)) delay += dice.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(400));
        var at = Instant.Later(timeline.Now + delay, _lastArrival);
        _lastArrival = at;
        timeline.After(at - timeline.Now, Deliver);
    }

    private void Deliver()
    {
        _moving = false;
        if (_closed || link.Cut[from]) return;
        // Some of what waits arrives, cut anywhere: the receiver must put frames together itself.
        for (var pieces = dice.Between(1, 24); pieces > 0 && _waiting.Count > 0 && !_closed; pieces--)
        {
            var bytes = _waiting.Dequeue();
            _held -= bytes.Length;
            if (link.Damage > 0 && dice.Chance(link.Damage)) bytes[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8));
            var cut = dice.Chance(0.3) ? dice.Below(bytes.Length + 1) : bytes.Length;
            arrive(bytes.AsMemory(0, cut));
            if (cut < bytes.Length && !_closed) arrive(bytes.AsMemory(cut));
        }

        Drained?.Invoke();
        Move();
    }
}
