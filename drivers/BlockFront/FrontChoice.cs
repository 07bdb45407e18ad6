using Appliance.Drivers.BlockFront.FuseLoop;
using Appliance.Drivers.BlockFront.KernelNbd;
using Appliance.Drivers.BlockFront.Ublk;

namespace Appliance.Drivers.BlockFront;

/// <summary>Looks at the kernel and says which front end it can do, best first, and why not the better ones.</summary>
public static class FrontChoice
{
    // NBD before ublk: the takeover of a ublk device hung once in about ten planned restarts under load (docs/FRONTENDS.md).
    private static readonly FrontKind[] InOrder = [FrontKind.Nbd, FrontKind.Ublk, FrontKind.FuseLoop];

    /// <summary>The kind to use and the reason in words; Auto when there is none.</summary>
    public static (FrontKind Kind, string Why) Of(FrontKind wanted) => Of(wanted, Problem);

    /// <param name="problem">Null when this kernel can do a kind, else why not.</param>
    internal static (FrontKind Kind, string Why) Of(FrontKind wanted, Func<FrontKind, string?> problem)
    {
        if (wanted != FrontKind.Auto)
        {
            return problem(wanted) is { } reason
                ? (FrontKind.Auto, $"front = \"{Word(wanted)}\" is not possible here: {reason}")
                : (wanted, $"{Word(wanted)}: configured");
        }

        var reasons = new List<string>();
        foreach (var kind in InOrder)
        {
            if (problem(kind) is { } reason) reasons.Add($"no {Word(kind)}: {reason}");
            else return (kind, string.Join("; ", reasons.Prepend($"{Word(kind)}: the best of this kernel")));
        }

        return (FrontKind.Auto, $"this kernel can make no block device for us: {string.Join("; ", reasons)}");
    }

    /// <summary>As in the configuration.</summary>
    public static string Word(FrontKind kind) => kind switch
    {
        FrontKind.Ublk => "ublk",
        FrontKind.Nbd => "nbd",
        FrontKind.FuseLoop => "fuse-loop",
        _ => "auto",
    };

    private static string? Problem(FrontKind kind) => kind switch
    {
        FrontKind.Ublk => UblkControl.Problem(),
        FrontKind.Nbd => NbdDevice.Problem(),
        _ => FuseLoopDevice.Problem(),
    };
}
