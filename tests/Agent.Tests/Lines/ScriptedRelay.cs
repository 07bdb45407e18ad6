using Appliance.Core.Lines;
using Appliance.Drivers.Relay;

namespace Appliance.Agent.Tests.Lines;

/// <summary>A relay that does what the test says: obeys, hangs, is unplugged.</summary>
internal sealed class ScriptedRelay : IFailoverRelay
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _free = new(true);
    private LinePosition _position = LinePosition.B;

    public RelayTraits Traits { get; init; } = new(ReadsBack: true, LinePosition.B, Shared: false);

    /// <summary>Why it cannot be reached; empty: it can.</summary>
    public volatile string Problem = "";

    /// <summary>Positions it was told, in order.</summary>
    public List<LinePosition> Sets { get; } = [];

    public bool IsDisposed { get; private set; }

    public LinePosition Position
    {
        get
        {
            lock (_gate) return _position;
        }

        set
        {
            lock (_gate) _position = value;
        }
    }

    /// <summary>From now on no call returns, whatever it is asked.</summary>
    public void Hang() => _free.Reset();

    public void Free() => _free.Set();

    public RelayAnswer Set(LinePosition position, CancellationToken abandon)
    {
        _free.Wait(CancellationToken.None);
        if (Problem.Length > 0) return RelayAnswer.Failed(RelayFault.Vanished, Problem);
        lock (_gate)
        {
            _position = position;
            Sets.Add(position);
        }

        return RelayAnswer.Seen(position, "it obeyed");
    }

    public RelayAnswer Read(CancellationToken abandon)
    {
        _free.Wait(CancellationToken.None);
        return Problem.Length > 0 ? RelayAnswer.Failed(RelayFault.Vanished, Problem) : RelayAnswer.Seen(Position, "it says so");
    }

    public RelayAnswer Reset(CancellationToken abandon)
    {
        _free.Wait(CancellationToken.None);
        return RelayAnswer.Told(LinePosition.Unknown, "it was opened");
    }

    public void Dispose() => IsDisposed = true;
}
