using System.Runtime.InteropServices;

namespace Appliance.Twins;

/// <summary>A twin runs until somebody ends it.</summary>
internal static class TheEnd
{
    /// <summary>Returns at SIGINT or SIGTERM.</summary>
    public static void Wait()
    {
        using var end = new ManualResetEventSlim();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        end.Wait();

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Set();
        }
    }
}
