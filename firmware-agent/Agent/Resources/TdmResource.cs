using Appliance.Agent.Lines;

namespace Appliance.Agent.Resources;

/// <summary>Telephone lines that are at this node.</summary>
/// <param name="line">Not owned: it is looked at whoever serves.</param>
public sealed class TdmResource(ILine line) : IResource
{
    public bool IsPolled => false;

    public Verdict Start(CancellationToken abandon) => line.Take(abandon);

    public Verdict Stop(CancellationToken abandon) => line.Release(abandon);

    public Verdict Kill(CancellationToken abandon) => line.Kill(abandon);

    public Verdict Monitor(CancellationToken abandon) => line.IsHere(abandon);

    public void Watch(Action<string>? failed) => line.Watch(failed);

    public void Dispose() => line.Watch(null);
}
