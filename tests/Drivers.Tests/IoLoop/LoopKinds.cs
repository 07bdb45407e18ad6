using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.IoLoop;

/// <summary>The loops that can run on this machine: containers often forbid io_uring.</summary>
internal static class LoopKinds
{
    public static TheoryData<IoLoopKind> Here
    {
        get
        {
            var kinds = new TheoryData<IoLoopKind> { IoLoopKind.Pool };
            if (!UringIsHere) return kinds;
            kinds.Add(IoLoopKind.Uring);
            return kinds;
        }
    }

    public static bool UringIsHere
    {
        get
        {
            using var loop = UringLoop.Open(out _);
            return loop is not null;
        }
    }
}
