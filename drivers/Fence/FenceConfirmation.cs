namespace Appliance.Drivers.Fence;

/// <summary>Off is what a device says when it is asked after the order, never the order's own success.</summary>
public static class FenceConfirmation
{
    /// <summary>Some hardware takes a moment to notice.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Orders the node off and asks until the device says so, or <paramref name="abandon"/>. An order that failed may have found
    /// the node off already: it is asked too.</summary>
    public static FenceAnswer SwitchOff(IFenceDevice device, CancellationToken abandon)
    {
        var order = device.Off(abandon);
        while (true)
        {
            if (abandon.IsCancellationRequested)
                return new FenceAnswer(FencePower.Unknown, $"not confirmed in time; the order: {order.Words}");
            var status = device.Status(abandon);
            if (status.Power == FencePower.Off) return status;
            if (abandon.WaitHandle.WaitOne(AskAgain))
                return new FenceAnswer(status.Power, $"{(status.Power == FencePower.On ? "it is still on" : status.Words)}; the order: "
                    + order.Words);
        }
    }
}
