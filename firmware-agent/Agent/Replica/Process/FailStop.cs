namespace Appliance.Agent.Replica.Process;

/// <summary>Ends the process at once, with its last words on the error stream: systemd starts another one, and the kernel's device waits
/// for it.</summary>
internal static class FailStop
{
    public static void Abort(string words, Exception? bug = null)
    {
        Console.Error.WriteLine($"<2>kind=replica text=\"{words}: ending at once\"");
        if (bug is not null) Console.Error.WriteLine(bug);
        Console.Error.Flush();
        Environment.FailFast(words, bug);
    }
}
