namespace Appliance.Drivers.Script;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit status; null when it did not end by itself.</param>
/// <param name="Output">What it printed on both outputs, at most <see cref="Core.Limits.OutputBytesMax"/> bytes, the beginning.</param>
/// <param name="Trouble">Why there is no exit code: not started, killed by a signal, abandoned. Empty when there is one.</param>
public sealed record ProcessEnd(int? ExitCode, string Output, string Trouble)
{
    /// <summary>For people: what went wrong and the last thing the program said.</summary>
    public string Words
    {
        get
        {
            var lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var end = ExitCode is { } code ? $"exit code {code}" : Trouble;
            return lines.Length == 0 ? end : $"{end}: {lines[^1]}";
        }
    }
}
