using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Drivers.Fence;

namespace Appliance.Agent.Fences;

/// <summary>
/// Carries out orders to switch the peer off and on, one after the other on a thread that exists only while there is one: a device that
/// hangs holds up nothing else.
/// </summary>
public sealed class FenceBoard : IDisposable
{
    private readonly IReadOnlyList<FenceConfig> _devices;
    private readonly Func<FenceConfig, IFenceDevice> _open;
    private readonly Action<Event> _post;
    private readonly Action<Report> _tell;
    private readonly SerialThread _thread = new("fence");

    /// <summary>Opened by the first order and kept: what holds a line or a relay may let go of it when it is closed.</summary>
    private readonly Dictionary<string, IFenceDevice> _devicesInUse = [];

    /// <param name="config">Of the cluster.</param>
    /// <param name="peer">Number of the node that may be switched off.</param>
    /// <param name="post">For the answers.</param>
    /// <param name="tell">For what nobody waits for.</param>
    public FenceBoard(ApplianceConfig config, int peer, Action<Event> post, Action<Report> tell)
        : this(config, peer, post, tell, device => FenceFactory.Open(config, device))
    {
    }

    internal FenceBoard(
        ApplianceConfig config, int peer, Action<Event> post, Action<Report> tell, Func<FenceConfig, IFenceDevice> open) =>
        (_devices, _post, _tell, _open) = ([.. config.FencesOf(peer)], post, tell, open);

    /// <summary>Returns at once; the answer is posted when a device has confirmed or all have failed.</summary>
    public void SwitchOff(Effect.FencePeer order) => _thread.Post(() => _post(Try(order)));

    /// <summary>Returns at once. A node that is not switched on stays off: that is told, and nothing else follows from it.</summary>
    public void SwitchOn(Effect.RestorePeer order) => _thread.Post(() => Restore(order.Device));

    public void Dispose()
    {
        _thread.Dispose();
        foreach (var device in _devicesInUse.Values) device.Dispose();
    }

    private IFenceDevice Device(FenceConfig config) =>
        _devicesInUse.TryGetValue(config.Name, out var device) ? device : _devicesInUse[config.Name] = _open(config);

    private Event.FenceAnswered Try(Effect.FencePeer order)
    {
        var failures = new List<string>();
        foreach (var config in _devices)
        {
            var device = Device(config);
            using var bound = new CancellationTokenSource(config.Timeout);
            var answer = FenceConfirmation.SwitchOff(device, bound.Token);
            if (answer.Power == FencePower.Off)
                return new Event.FenceAnswered(order.Token, config.Name, FenceOutcome.Confirmed, answer.Words);
            failures.Add($"{config.Name}: {answer.Words}");
        }

        return new Event.FenceAnswered(order.Token, "", FenceOutcome.Failed, string.Join("; ", failures));
    }

    private void Restore(string name)
    {
        if (_devices.FirstOrDefault(candidate => candidate.Name == name) is not { } config)
        {
            _tell(new Report(ReportKind.Alarm,
                $"{name}, which keeps the other node off, is not configured any more: switch the node on by hand"));
            return;
        }

        var device = Device(config);
        using var bound = new CancellationTokenSource(config.Timeout);
        var order = device.On(bound.Token);
        var status = device.Status(bound.Token);
        if (status.Power == FencePower.On) _tell(new Report(ReportKind.Fence, $"{name} has switched the node on again"));
        else _tell(new Report(ReportKind.Alarm, $"{name} does not say that the node is on again ({order.Words}): switch it on by hand"));
    }
}
