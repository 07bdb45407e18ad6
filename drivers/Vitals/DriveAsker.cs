using System.Collections.Immutable;
using Appliance.Core.Health;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Vitals;

/// <summary>Asks drives for their opinion of themselves, with smartctl(8) of smartmontools.</summary>
/// <param name="program">Absolute path.</param>
/// <param name="blocks">Folder with an entry for each block device.</param>
public sealed class DriveAsker(string program = "/usr/sbin/smartctl", string blocks = "/sys/block")
{
    private const int Failing = 1 << 3;
    private const int Prefail = 1 << 4;
    private const int DrivesMax = 16;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Null: smartctl is not installed, nothing is known. A drive that gives no answer is left out.</summary>
    public ImmutableArray<DriveVital>? Ask(CancellationToken abandon)
    {
        if (!File.Exists(program)) return null;
        var answers = ImmutableArray.CreateBuilder<DriveVital>();
        foreach (var device in Drives().Take(DrivesMax))
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(abandon);
            bound.CancelAfter(Bound);
            if (ProcessRunner.Run([program, "--health", device], null, bound.Token).ExitCode is not { } code) continue;
            // The lowest three bits: it could not be asked, or has no SMART.
            if ((code & Failing) != 0) answers.Add(new DriveVital(device, true, "says that it is failing (SMART)"));
            else if ((code & Prefail) != 0) answers.Add(new DriveVital(device, false, "has attributes that announce a failure (SMART)"));
            else if ((code & 7) == 0) answers.Add(new DriveVital(device, false, ""));
        }

        return answers.ToImmutable();
    }

    /// <summary>Disks that can have SMART: SATA, SAS and USB (sd*), NVMe.</summary>
    private IEnumerable<string> Drives()
    {
        if (!Directory.Exists(blocks)) return [];
        return Directory.EnumerateFileSystemEntries(blocks).Select(entry => Path.GetFileName(entry)).Where(IsDrive).Order(
            StringComparer.Ordinal).Select(name => $"/dev/{name}");
    }

    private static bool IsDrive(string name) =>
        (name.StartsWith("sd", StringComparison.Ordinal) && name.Length > 2 && name[2..].All(char.IsAsciiLetterLower))
        || (name.StartsWith("nvme", StringComparison.Ordinal) && name[4..].Contains('n', StringComparison.Ordinal)
            && !name.Contains('p', StringComparison.Ordinal));
}
