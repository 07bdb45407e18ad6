using System.Diagnostics;

namespace Appliance.Lab.Host;

/// <summary>What a program of the host left behind.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output; any exit code but zero ends the lab with what was printed.</summary>
    public string OutputOrFail(string what) =>
        ExitCode == 0 ? Output : throw new LabException($"{what}: exit code {ExitCode}: {(Error + Output).Trim()}");
}

/// <summary>Runs a program of the host with a deadline and its arguments one by one, never through a shell.</summary>
public static class HostCommand
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and returns its output; any exit code but zero ends the lab with what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var result = Try(DefaultLimit, program, arguments);
        return result.OutputOrFail($"{program} {string.Join(' ', arguments)}");
    }

    /// <summary>Runs it and returns whatever came out.</summary>
    public static CommandResult Try(string program, params string[] arguments) => Try(DefaultLimit, program, arguments);

    /// <summary>Runs it within a limit of its own; a program that does not end in time is killed and counts as exit code -1.</summary>
    public static CommandResult Try(TimeSpan limit, string program, params string[] arguments) =>
        TryWithInput(limit, "", program, arguments);

    /// <summary>Runs it with a text on its standard input.</summary>
    public static CommandResult TryWithInput(TimeSpan limit, string input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        using var process = Process.Start(start) ?? throw new LabException($"{program} cannot be started");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Feed(process, input);
        if (process.WaitForExit(limit))
        {
            // A daemon that inherited the pipes would keep them open; what matters has been written by now.
            Task.WaitAll([output, error], TimeSpan.FromSeconds(2));
            return new CommandResult(process.ExitCode, Text(output), Text(error));
        }
        process.Kill(entireProcessTree: true);
        return new CommandResult(-1, Text(output), $"did not end within {limit.TotalSeconds:0} s");
    }

    /// <summary>Starts a long-lived program that outlives the lab's own process; its output goes to a file.</summary>
    public static ProcessId StartDetached(string log, string script)
    {
        var start = new ProcessStartInfo("setsid");
        foreach (var argument in new[] { "bash", "-c", script + $" </dev/null >>'{log}' 2>&1" }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new LabException("setsid cannot be started");
        return ProcessId.Of(process.Id);
    }

    private static void Feed(Process process, string input)
    {
        try
        {
            using var standardInput = process.StandardInput;
            standardInput.Write(input);
        }
        catch (IOException)
        {
            // It ended without reading all of it; its exit code says why.
        }
    }

    private static string Text(Task<string> read) => read.IsCompletedSuccessfully ? read.Result : "";
}
