using Appliance.Agent.Lines;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;

namespace Appliance.Agent.Resources;

/// <summary>The resources of all groups of this node.</summary>
public sealed class ResourceBoard : IDisposable
{
    private readonly ResourceFactory _factory;
    private readonly ResourceRunner[] _groups;
    private readonly AddressQuestions _questions;

    /// <param name="post">Inbox of the decision loop; called from any thread.</param>
    /// <param name="tell">Performs <see cref="ResourceEffect.Tell"/>: journal and events.</param>
    /// <param name="replica">The client of a replica, by name.</param>
    /// <param name="line">The telephone lines of a device, by name.</param>
    /// <param name="captures">Directory for what is noted of services that hang.</param>
    public ResourceBoard(
        ApplianceConfig config, Action<Event> post, Action<Report> tell, Func<string, ReplicaClient> replica, Func<string, ILine> line,
        string captures)
    {
        _factory = ResourceFactory.Linux(replica, line, captures);
        _groups = [.. config.Groups.Select((group, index) => new ResourceRunner(group, index, _factory, post, tell))];
        _questions = new AddressQuestions(config, _factory.Question, post);
    }

    /// <summary>Returns at once.</summary>
    public void Perform(int group, ResourceEffect effect) => _groups[group].Perform(effect);

    /// <summary>Returns at once; <see cref="Event.AddressAnswered"/> follows.</summary>
    public void AskAddress(int group, ulong token) => _questions.Ask(group, token);

    public void Reannounce(int group) => _groups[group].Reannounce();

    public ProbeStatus? Probe(int group, string resource, string type) => _groups[group].Probe(resource);

    public void Dispose()
    {
        foreach (var group in _groups) group.Dispose();
        _factory.Dispose();
    }
}
