using Appliance.Drivers.Fence;

namespace Appliance.Drivers.Tests.Fence;

/// <summary>A node that is a file, and a program of the test that switches it: a real process for each question.</summary>
internal sealed class ProcessBench : IFenceBench
{
    private readonly Func<ProcessBench, IFenceDevice> _open;

    /// <param name="script">Body of the program; $state is the node's file, $fault the fault's, $log a line for each call.</param>
    /// <param name="open">Makes the driver.</param>
    public ProcessBench(string script, Func<ProcessBench, IFenceDevice> open)
    {
        _open = open;
        File.WriteAllText(State, "on");
        File.WriteAllText(FaultFile, "None");
        File.WriteAllText(Program, $"#!/bin/bash\nstate={State} fault=$(cat {FaultFile}) log={Log}\n{Common}\n{script}\n");
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What all programs share: faults, and a node that may be slow to go off.</summary>
    private const string Common = """
        [ "$fault" != Hangs ] || exec sleep 1000
        [ "$fault" != Unreachable ] || { echo "no route to host" >&2; exit 1; }
        asked() { # A slow one is off at the third question.
            echo . >>"$state.asked"
            [ "$fault" != Slow ] || [ "$(wc --lines <"$state.asked")" -lt 3 ] || [ ! -e "$state.ordered" ] || echo off >"$state"
            cat "$state"
        }
        order() {
            rm --force "$state.asked"; touch "$state.ordered"
            case "$fault" in Deaf | Slow) ;; *) echo "$1" >"$state" ;; esac
        }
        """;

    private string Folder { get; } = Directory.CreateTempSubdirectory("fence-bench-").FullName;

    public string Program => Path.Combine(Folder, "program");

    public string Log => Path.Combine(Folder, "log");

    public string Secret
    {
        get
        {
            var path = Path.Combine(Folder, "secret");
            if (!File.Exists(path)) File.WriteAllText(path, "opensesame\n");
            return path;
        }
    }

    public bool NodeIsOn => File.ReadAllText(State).Trim() == "on";

    private string State => Path.Combine(Folder, "state");

    private string FaultFile => Path.Combine(Folder, "fault");

    public IFenceDevice Open() => _open(this);

    public void Break(FenceFault fault) => File.WriteAllText(FaultFile, fault.ToString());

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
