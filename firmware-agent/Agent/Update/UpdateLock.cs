namespace Appliance.Agent.Update;

/// <summary>One change of slots and record at a time, over all processes of this machine. The kernel gives it up with the
/// process.</summary>
public static class UpdateLock
{
    /// <summary>Null and a sentence when somebody else has it.</summary>
    public static FileStream? Take(UpdatePlaces places, out string problem)
    {
        problem = "";
        try
        {
            return new FileStream(places.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{places.Lock}: {fault.Message}; only root may change slots, and one command at a time";
            return null;
        }
    }
}
