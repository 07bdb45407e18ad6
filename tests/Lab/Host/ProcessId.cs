using System.Runtime.InteropServices;

namespace Appliance.Lab.Host;

/// <summary>One process for certain: its number and the tick it started at, because the kernel uses numbers again.</summary>
public sealed partial record ProcessId(int Number, long StartTick)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>The process that has this number now.</summary>
    public static ProcessId Of(int number) => new(number, ReadStartTick(number) ?? 0);

    /// <summary>Whether it still runs. A zombie does not.</summary>
    public bool IsAlive => ReadStartTick(Number) is { } tick && tick == StartTick;

    /// <summary>Ends it at once, as a power cut does.</summary>
    public void Kill()
    {
        if (IsAlive) _ = kill(Number, SigKill);
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate()
    {
        if (IsAlive) _ = kill(Number, SigTerm);
    }

    /// <summary>Waits until it has ended; false when it has not within the limit.</summary>
    public bool WaitForEnd(TimeSpan limit) => Waiting.Until(limit, () => !IsAlive);

    /// <summary>The direct children of this process.</summary>
    public IEnumerable<ProcessId> Children()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), out var number) && ReadStat(number) is { } fields && fields[1] == $"{Number}")
                yield return Of(number);
    }

    /// <summary>Whether it is the first process of a PID namespace of its own.</summary>
    public bool IsFirstOfItsNamespace
    {
        get
        {
            try
            {
                var line = File.ReadLines($"/proc/{Number}/status")
                    .FirstOrDefault(text => text.StartsWith("NSpid:", StringComparison.Ordinal));
                return line?.Split('\t') is { Length: > 2 } numbers && numbers[^1] == "1";
            }
            catch (IOException)
            {
                return false; // It ended while we looked.
            }
        }
    }

    private static long? ReadStartTick(int number) =>
        ReadStat(number) is { } fields && fields[0] is not ("Z" or "X") ? long.Parse(fields[19]) : null;

    // The fields after the closing parenthesis of the name, which may itself hold spaces: state, parent, ...
    private static string[]? ReadStat(int number)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{number}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // It ended while we looked.
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
