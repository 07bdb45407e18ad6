namespace Appliance.Agent.Stick;

/// <summary>
/// One stick at a time: udev starts a process for each, and two that find a fresh node would both be believed. Whoever waits is judged by
/// what the one before has left. Ends with its process, however that ends.
/// </summary>
public sealed class StickTurn : IDisposable
{
    private const string Name = "stick.lock";

    /// <summary>Longer than a stick takes whose owner is waited for at the front button; less than the unit's TimeoutStartSec.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _held;

    private StickTurn(FileStream held) => _held = held;

    /// <summary>Waits for the stick before. Null: it takes too long, or the folder cannot be written.</summary>
    /// <param name="folder">Of this machine, e.g. <c>/run/appliance</c>.</param>
    /// <param name="problem">Why it is null.</param>
    /// <param name="say">Told once, when somebody has to be waited for.</param>
    public static StickTurn? Wait(string folder, Action<string> say, out string problem)
    {
        problem = "";
        var path = Path.Combine(folder, Name);
        var start = Environment.TickCount64;
        for (var isFirst = true;; isFirst = false)
        {
            try
            {
                Directory.CreateDirectory(folder);
                // .NET takes flock(2) for this.
                return new StickTurn(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException refused)
            {
                problem = $"{path}: {refused.Message}";
                return null;
            }
            catch (IOException busy)
            {
                if (Environment.TickCount64 - start >= (long)Patience.TotalMilliseconds)
                {
                    problem = $"another stick is being taken for more than {Patience.TotalSeconds:0} s ({busy.Message}): "
                        + "plug this one in again";
                    return null;
                }
            }

            if (isFirst) say("another stick is being taken; this one is next");
            Thread.Sleep(Pause);
        }
    }

    public void Dispose() => _held.Dispose();
}
