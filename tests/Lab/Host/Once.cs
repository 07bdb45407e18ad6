namespace Appliance.Lab.Host;

/// <summary>Work that must be done exactly once, whoever comes first: the end of the program or the signal that interrupts it.</summary>
public sealed class Once(Action work)
{
    private readonly Lock _gate = new();
    private bool _done;

    /// <summary>Does it, or waits until the other one has.</summary>
    public void Run()
    {
        lock (_gate)
        {
            if (_done) return;
            _done = true;
            work();
        }
    }
}
