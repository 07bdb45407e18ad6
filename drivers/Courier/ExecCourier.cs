using Appliance.Core.Configuration;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Courier;

/// <summary>A program that reads the message on its standard input.</summary>
public sealed class ExecCourier(AlertConfig.Exec config) : ICourier
{
    public string? Deliver(IReadOnlyList<byte[]> parts)
    {
        using var bound = new CancellationTokenSource(CourierBounds.Whole);
        var end = ProcessRunner.Run(config.Command, null, bound.Token, parts[0]);
        if (end.ExitCode == 0) return null;
        return bound.IsCancellationRequested && end.ExitCode is null
            ? $"{config.Command[0]} does not end within {CourierBounds.Whole.TotalSeconds:0} s"
            : $"{config.Command[0]}: {end.Words}";
    }
}
