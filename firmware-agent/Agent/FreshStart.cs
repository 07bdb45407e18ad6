using Appliance.Agent.Journal;
using Appliance.Drivers.Interop;

namespace Appliance.Agent;

/// <summary>Becoming a fresh agent in the same process: it takes the running resources back untouched.</summary>
public static class FreshStart
{
    private static readonly TimeSpan AnswerFirst = TimeSpan.FromMilliseconds(100);

    /// <summary>Replaces the program of this process; does not return. Any thread.</summary>
    public static unsafe void Become(JournalWriter journal, string why)
    {
        Thread.Sleep(AnswerFirst);
        var arguments = Environment.GetCommandLineArgs();
        var pointers = stackalloc byte*[arguments.Length + 1];
        for (var index = 0; index < arguments.Length; index++)
            pointers[index] = (byte*)System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(arguments[index]);
        pointers[arguments.Length] = null;
        journal.Say(JournalPriority.Notice, $"starting again {why}");
        Thread.Sleep(AnswerFirst);
        _ = Libc.execv(Environment.ProcessPath!, pointers);
        // It could not become fresh; systemd starts a new one.
        Environment.FailFast($"execv {Environment.ProcessPath}: {Errno.LastWords}");
    }
}
