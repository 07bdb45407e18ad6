using Appliance.Agent.State;
using Appliance.Core.Update;

namespace Appliance.Agent.Update.Pair;

/// <summary>The rolling update on the disk of the node that carries it out.</summary>
internal sealed class PlanFile(string path)
{
    /// <summary>Null: there is none, or it cannot be used; then a sentence.</summary>
    public RollingUpdate? Read(out string problem)
    {
        problem = "";
        if (!File.Exists(path)) return null;
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[RollingText.BytesMax + 1];
            var plan = RollingText.Read(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
            if (plan is null) problem = $"{path} cannot be used: it is damaged; remove it, look at both nodes with appliance update status";
            return plan;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {fault.Message}";
            return null;
        }
    }

    /// <summary>Null: it is on the disk.</summary>
    public string? Write(RollingUpdate plan)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }

        return AtomicFile.Write(path, RollingText.Write(plan));
    }
}
