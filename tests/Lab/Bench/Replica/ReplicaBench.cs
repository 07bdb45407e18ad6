using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Bench.Replica;

/// <summary>Measures the replica beside nbdkit and qemu on the same machine in the same run, and writes the table.</summary>
public static class ReplicaBench
{
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>
    /// Runs it: --runs N (3), --seconds N (2, of a job), --only PART (front, mirror, resync, loss, footprint), --directory (a tmpfs),
    /// --output DIRECTORY, --binary PATH, --rivals (without ours). Exit code 1: an aim was missed.
    /// </summary>
    public static int Run(Arguments arguments)
    {
        var binary = arguments.Option("--binary") ?? $"{RootFileSystem.Repository}/out/agent/appliance";
        var settings = new BenchSettings(binary, arguments.Number("--runs", 3), arguments.Number("--seconds", 2),
            arguments.Flag("--rivals"));
        var only = arguments.Option("--only");
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/bench";
        var parent = arguments.Option("--directory");
        arguments.End();
        Directory.CreateDirectory(output);
        using var room = new BenchRoom(parent);
        var close = new Once(room.Dispose);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupted);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupted);
        try
        {
            return Measure(room, settings, only, output);
        }
        finally
        {
            close.Run();
        }

        void Interrupted(PosixSignalContext context)
        {
            close.Run();
            Environment.Exit(130);
        }
    }

    private static int Measure(BenchRoom room, BenchSettings settings, string? only, string output)
    {
        var figures = new ReplicaFigures();
        (string Name, bool HasRivals, Action Run)[] parts =
        [
            ("front", true, () => new FrontPart(room, settings, figures).Run()),
            ("mirror", true, () => new MirrorPart(room, settings, figures).Run()),
            ("resync", true, () => new ResyncPart(room, settings, figures).Run()),
            ("loss", false, () => new LossPart(room, settings, figures).Run()),
            ("footprint", false, () => new FootprintPart(room, settings, figures).Run()),
        ];
        if (only is not null && parts.All(part => part.Name != only))
            throw new LabException($"there is no part \"{only}\"; there are: {string.Join(", ", parts.Select(part => part.Name))}");
        foreach (var part in parts.Where(part => (only ?? part.Name) == part.Name && (part.HasRivals || !settings.RivalsOnly)))
        {
            part.Run();
            Write(figures, settings, output);
        }
        Console.WriteLine();
        Console.WriteLine(figures.Markdown());
        Console.WriteLine($"written: {output}/replica.md and replica.json");
        return figures.All.All(figure => figure.Met is not false) ? 0 : 1;
    }

    private static void Write(ReplicaFigures figures, BenchSettings settings, string output)
    {
        var head = $"Medians of {settings.Runs} runs of {settings.Seconds:0} s on {Environment.ProcessorCount} cores, the contestants in " +
            "turn, disks on a tmpfs, one fio for all. CPU: all processes of a contestant on both nodes, percent of one core.\n\n";
        File.WriteAllText($"{output}/replica.md", head + figures.Markdown());
        File.WriteAllText($"{output}/replica.json", JsonSerializer.Serialize(figures.All, Format));
    }
}
