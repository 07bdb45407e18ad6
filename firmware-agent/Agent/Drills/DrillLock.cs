namespace Appliance.Agent.Drills;

/// <summary>One drill at a time on a node. The kernel gives it up with the process.</summary>
public static class DrillLock
{
    /// <summary>Null and a sentence when it cannot be had.</summary>
    /// <param name="socket">Of the agent whose pair is drilled; the lock stands beside it.</param>
    public static FileStream? Take(string socket, out string problem)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(socket))!, "drill.lock");
        problem = "";
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            problem = $"another drill is under way on this node, {path}: {fault.Message}";
        }
        catch (UnauthorizedAccessException fault)
        {
            problem = $"only root may rehearse: {fault.Message}";
        }

        return null;
    }
}
