using Appliance.Agent.State;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Witness;

/// <summary>The votes of the witness on disk.</summary>
public sealed class WitnessFile(string directory)
{
    public string Path { get; } = System.IO.Path.Combine(directory, "votes");

    /// <summary>What is remembered; nothing on a first start; null with a problem when it must not be guessed.</summary>
    public WitnessMemory? Read(out string problem)
    {
        problem = "";
        try
        {
            Directory.CreateDirectory(directory);
            if (!File.Exists(Path)) return WitnessMemory.Nothing;
            using var file = File.OpenRead(Path);
            var bytes = new byte[WitnessText.BytesMax + 1];
            var memory = WitnessText.Read(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), out problem);
            if (memory is null)
                problem = $"{Path} cannot be used: {problem}. The witness does not vote without its memory. While one node serves and "
                    + "both nodes hear each other: remove the file and start the witness again";
            return memory;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{Path}: {fault.Message}";
            return null;
        }
    }

    /// <summary>Null when it is durable, else why not.</summary>
    public string? Write(WitnessMemory memory) => AtomicFile.Write(Path, WitnessText.Write(memory));
}
