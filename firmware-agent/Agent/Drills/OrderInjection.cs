using Appliance.Agent.Control;

namespace Appliance.Agent.Drills;

/// <summary>An operator's order is the "fault".</summary>
internal sealed class OrderInjection(string socket, string group) : IDrillInjection
{
    public string? Inject()
    {
        var reply = ControlClient.Ask(
            socket, new ControlRequest(ControlCommands.Switchover, new ControlArguments(Group: group)), out _);
        return reply.Ok ? null : reply.Error ?? "the agent refused without a reason";
    }

    public string? Release() => null; // The group stays where it is: moving it back would be a second break.

    public void Dispose()
    {
    }
}
