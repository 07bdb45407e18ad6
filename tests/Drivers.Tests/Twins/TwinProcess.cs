using System.Diagnostics;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Tests.Twins;

/// <summary>A twin as the process that an outside tool speaks to.</summary>
internal sealed class TwinProcess : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    public TwinProcess(params string[] arguments) => _process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    /// <summary>Beside the tests, of the same build.</summary>
    private static string Program
    {
        get
        {
            var build = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(
                build.Parent!.Parent!.Parent!.Parent!.FullName, "Twins", "bin", build.Parent.Name, build.Name, "appliance-twins.dll");
        }
    }

    /// <summary>What stands behind the words in the line that begins with them.</summary>
    public string LineAfter(string words)
    {
        while (_process.StandardOutput.ReadLineAsync().WaitAsync(Bound).GetAwaiter().GetResult() is { } line)
            if (line.StartsWith(words, StringComparison.Ordinal)) return line[words.Length..];
        throw new InvalidOperationException($"no line begins with \"{words}\"; it said: {_process.StandardError.ReadToEnd()}");
    }

    public void Type(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Asks it to end as systemd or a person would.</summary>
    public (int ExitCode, string Output) Terminate()
    {
        Assert.Equal(0, Libc.kill(_process.Id, 15));
        return End();
    }

    /// <summary>Waits for its end.</summary>
    public (int ExitCode, string Output) End()
    {
        var output = _process.StandardOutput.ReadToEndAsync().WaitAsync(Bound).GetAwaiter().GetResult();
        output += _process.StandardError.ReadToEndAsync().WaitAsync(Bound).GetAwaiter().GetResult();
        Assert.True(_process.WaitForExit(Bound), "the twin does not end");
        return (_process.ExitCode, output);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
