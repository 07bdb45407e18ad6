using System.Globalization;
using System.Text;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Resources;

/// <summary>
/// Notes how a hanging service stands before it is killed: what the kernel says of every thread, and where gdb is installed every
/// thread's backtrace and a core file. One text and one core for each unit, in the agent's own directory and so outside every replica;
/// what is younger than an hour is kept instead of being written again, because the first hang of a row is the one that tells.
/// </summary>
/// <param name="directory">Made when needed, for root alone: a core has secrets in it.</param>
/// <param name="processes">/proc.</param>
/// <param name="debugger">Absolute path of gdb; none need be there.</param>
public sealed class HangCapture(string directory, string processes = "/proc", string debugger = "/usr/bin/gdb")
{
    private const int ThreadsMax = 256;
    private const int FileBytesMax = 4096;
    private const long CoreBytesMax = 1L << 30;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>What became of it, in words; never throws for the world's faults.</summary>
    /// <param name="unit">Names the files.</param>
    /// <param name="members">Ids of the unit's processes.</param>
    public string Take(string unit, IReadOnlyList<int> members, CancellationToken abandon)
    {
        try
        {
            var text = Path.Combine(directory, $"{unit}.txt");
            if (members.Count == 0) return "no process was left to capture";
            if (File.Exists(text) && DateTime.UtcNow - File.GetLastWriteTimeUtc(text) is var age && age >= TimeSpan.Zero && age < KeptFor)
                return $"captured within the last hour already, see {text}";
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var page = new StringBuilder();
            var largest = Threads(page, members);
            Write(text, page);
            if (!File.Exists(debugger)) return $"captured in {text} (no {debugger} for backtraces)";
            return Debug(unit, largest, text, page, abandon);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"could not be captured: {fault.Message}";
        }
    }

    /// <summary>What the kernel says of all threads; the process with the most memory is the one to look into.</summary>
    private (int Process, long Bytes) Threads(StringBuilder page, IReadOnlyList<int> members)
    {
        var largest = (Process: members[0], Bytes: -1L);
        page.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC\n");
        var left = ThreadsMax;
        foreach (var process in members)
        {
            var status = Content($"{processes}/{process}/status");
            page.Append(CultureInfo.InvariantCulture, $"\nprocess {process}\n{status}");
            if (Resident(status) is var bytes && bytes > largest.Bytes) largest = (process, bytes);
            foreach (var thread in Folders($"{processes}/{process}/task"))
            {
                if (left-- <= 0) break;
                page.Append(CultureInfo.InvariantCulture,
                    $"\nthread {Path.GetFileName(thread)} {Content($"{thread}/comm").Trim()}: waits in {Content($"{thread}/wchan")}, ");
                page.Append(CultureInfo.InvariantCulture, $"call {Content($"{thread}/syscall").Trim()}\n{Content($"{thread}/stack")}");
            }
        }

        return largest;
    }

    private string Debug(string unit, (int Process, long Bytes) what, string text, StringBuilder page, CancellationToken abandon)
    {
        var (core, unfinished) = (Path.Combine(directory, $"{unit}.core"), Path.Combine(directory, $"{unit}.core.new"));
        var hasRoom = what.Bytes <= CoreBytesMax && new DriveInfo(directory).AvailableFreeSpace > CoreBytesMax + 2 * what.Bytes;
        string[] wishes = hasRoom ? ["-ex", $"generate-core-file {unfinished}"] : [];
        try
        {
            var end = ProcessRunner.Run(
                [debugger, "--batch", "-nx", "-p", what.Process.ToString(CultureInfo.InvariantCulture), "-ex", "set pagination off",
                    "-ex", "thread apply all backtrace 40", .. wishes], null, abandon);
            page.Append(CultureInfo.InvariantCulture, $"\ngdb\n{end.Output}\n{end.Words}\n");
            Write(text, page);
            if (end.ExitCode != 0 || !File.Exists(unfinished)) return $"captured in {text}, without a core file";
            File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(unfinished, core, overwrite: true);
            return $"captured in {text} and {core}";
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Write(string path, StringBuilder page)
    {
        using (var file = new FileStream(path + ".new", new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            file.Write(Encoding.UTF8.GetBytes(page.ToString()));
        File.Move(path + ".new", path, overwrite: true);
    }

    private static long Resident(string status)
    {
        foreach (var line in status.Split('\n'))
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal) && long.TryParse(
                line.AsSpan(6).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes))
                return kilobytes << 10;
        return 0;
    }

    /// <summary>The beginning of a file of the kernel's; empty when the thread has ended or nobody may read it.</summary>
    private static string Content(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[FileBytesMax];
            return Encoding.UTF8.GetString(bytes, 0, file.Read(bytes));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] Folders(string path)
    {
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (IOException)
        {
            return []; // The process has ended.
        }
    }
}
