using System.Collections.Frozen;
using Appliance.Agent.Status;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;

namespace Appliance.Agent.Resources;

/// <summary>Performs the resource effects of one group and posts what comes of them.</summary>
public sealed class ResourceRunner : IDisposable
{
    private readonly FrozenDictionary<string, ResourceWorker> _workers;
    private readonly Action<Report> _tell;

    /// <param name="group">Number of the group.</param>
    /// <param name="post">Inbox of the decision loop; called from any thread.</param>
    /// <param name="tell">Performs <see cref="ResourceEffect.Tell"/>.</param>
    public ResourceRunner(GroupConfig config, int group, ResourceFactory factory, Action<Event> post, Action<Report> tell)
    {
        _tell = tell;
        _workers = config.Resources.ToFrozenDictionary(resource => resource.Name, resource => new ResourceWorker(
            resource, factory.Resource(resource), resource.Probe is null ? null : ResourceFactory.Probe(resource.Probe, config),
            what => post(new Event.Resource(group, what))));
    }

    public void Perform(ResourceEffect effect)
    {
        switch (effect)
        {
            case ResourceEffect.Run run: _workers[run.Resource].Run(run); break;
            case ResourceEffect.Watch watch: _workers[watch.Resource].Watch(watch.On); break;
            case ResourceEffect.Tell tell: _tell(tell.Report); break;
            default: throw new InvariantException($"resource effect {effect} is not performed");
        }
    }

    /// <summary>Announces the group's addresses again, those that are held.</summary>
    public void Reannounce()
    {
        foreach (var worker in _workers.Values) (worker.Resource as IpResource)?.Announce();
    }

    /// <summary>The last answer of a resource's probe; null: none yet, or no such resource.</summary>
    public ProbeStatus? Probe(string resource) => _workers.GetValueOrDefault(resource)?.LastAnswer;

    /// <summary>Ends threads; whatever runs keeps running.</summary>
    public void Dispose()
    {
        foreach (var worker in _workers.Values) worker.Dispose();
    }
}
