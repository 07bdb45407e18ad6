using System.Net;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Agent.Resources;

/// <summary>Asks the LAN for all service addresses of a group at once and posts one answer (architecture §4, evidence).</summary>
public sealed class AddressQuestions(ApplianceConfig config, IAddressQuestion question, Action<Event> post)
{
    private const int StackBytes = 128 << 10;

    /// <summary>Returns at once; the answer is posted after about 120 ms.</summary>
    public void Ask(int group, ulong token)
    {
        var addresses = config.Groups[group].Resources.Select(resource => resource.What).OfType<ResourceKind.Ip>().ToList();
        if (addresses.Count == 0)
        {
            post(new Event.AddressAnswered(group, token, AddressAnswer.Nobody, "the group has no service address to ask for"));
            return;
        }

        var answers = new NeighbourAnswer[addresses.Count];
        var left = addresses.Count;
        for (var i = 0; i < addresses.Count; i++)
        {
            var index = i;
            new Thread(() =>
            {
                var ip = addresses[index];
                answers[index] = question.Ask(IPAddress.Parse(ip.Address), ip.Interface, AskTiming.Evidence, default);
                if (Interlocked.Decrement(ref left) == 0) Post(group, token, addresses, answers);
            }, StackBytes) { IsBackground = true, Name = "address question" }.Start();
        }
    }

    /// <summary>Somebody anywhere is somebody; else what could not be asked stays open; else nobody.</summary>
    private void Post(int group, ulong token, List<ResourceKind.Ip> addresses, NeighbourAnswer[] answers)
    {
        var found = addresses.Zip(answers).Where(pair => pair.Second is NeighbourAnswer.Somebody)
            .Select(pair => $"{((NeighbourAnswer.Somebody)pair.Second).Mac} answers for {pair.First.Address} on {pair.First.Interface}")
                .ToList();
        var unasked = answers.OfType<NeighbourAnswer.CannotAsk>().Select(answer => answer.Reason).ToList();
        var (answer, detail) = found.Count > 0
            ? (AddressAnswer.Somebody, string.Join("; ", found))
            : unasked.Count > 0
                ? (AddressAnswer.CannotAsk, string.Join("; ", unasked))
                : (AddressAnswer.Nobody, $"nobody answers for {string.Join(", ", addresses.Select(ip => ip.Address))}");
        post(new Event.AddressAnswered(group, token, answer, detail));
    }
}
