using Appliance.Core.Cluster;

namespace Appliance.Agent.State;

/// <summary>
/// The durable state on disk. A write goes to a new file, is synced, renamed over the old one, and the directory is synced:
/// after a power cut the file is the old state or the new one, never a mixture.
/// </summary>
public sealed class StateFile(string directory)
{
    /// <summary>Where the state lives.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, "state");

    /// <summary>Reads the state. Null without a problem: there is none yet. Null with a problem: it must not be guessed.</summary>
    public DurableState? Read(out string problem)
    {
        problem = "";
        if (!File.Exists(Path)) return null;
        try
        {
            using var file = File.OpenRead(Path);
            var bytes = new byte[StateText.BytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var state = StateText.Read(bytes.AsSpan(0, length), out var why);
            if (state is null)
                problem = $"{Path} cannot be used: {why}. This node will not take a group. If the other node serves, remove the file and "
                    + "restart the agent";
            return state;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{Path} cannot be read: {fault.Message}";
            return null;
        }
    }

    /// <summary>Makes a state durable; null when it is, else why it could not be.</summary>
    public string? Write(DurableState state) => AtomicFile.Write(Path, StateText.Write(state));
}
