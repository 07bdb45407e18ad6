using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Lab.Host;
using Appliance.Lab.Scenarios;
using Appliance.Lab.Setup;

namespace Appliance.Lab.LinuxHa;

/// <summary>Runs the claims about our node beside a real Heartbeat, and prints a line for each.</summary>
public static class MixedRunner
{
    /// <summary>--only PART for the ones whose name contains it, --binary PATH. Exit code 1 when one failed.</summary>
    public static int Run(Arguments arguments)
    {
        var only = arguments.Option("--only") ?? "";
        var binary = arguments.Option("--binary") ?? $"{RootFileSystem.Repository}/out/agent/appliance";
        arguments.End();
        var chosen = MixedScenarios.List.Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)).ToArray();
        if (chosen.Length == 0) throw new LabException($"no scenario's name contains \"{only}\"");
        var (passed, failed) = (0, 0);
        foreach (var allMedia in new[] { true, false })
        {
            var scenarios = chosen.Where(scenario => scenario.AllMedia == allMedia).ToArray();
            if (scenarios.Length == 0) continue;
            var room = new MixedRoom(binary, allMedia);
            var down = new Once(room.Dispose);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupted);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupted);
            foreach (var scenario in scenarios)
                if (Prove(room, scenario)) passed++;
                else failed++;
            down.Run();

            void Interrupted(PosixSignalContext context)
            {
                down.Run();
                Environment.Exit(130);
            }
        }

        Console.WriteLine($"{passed} passed, {failed} failed, 0 skipped");
        return failed == 0 ? 0 : 1;
    }

    private static bool Prove(MixedRoom room, MixedScenario scenario, bool again = false)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            if (scenario.FromNothing) room.Clear();
            else MixedScenarios.Settle(room);
            room.ForgetDoubles();
            scenario.Prove(room);
            Console.WriteLine($"PASS {scenario.Name} ({watch.Elapsed.TotalSeconds:0.0} s)");
            return true;
        }
        catch (TooSlowException late) when (!again)
        {
            Console.WriteLine($"AGAIN {scenario.Name}: {late.Message}");
        }
        catch (Exception fault) when (fault is LabException or TooSlowException)
        {
            Console.WriteLine($"FAIL {scenario.Name}: {fault.Message}");
            Console.WriteLine($"---- pbx-a\n{Tail(room.Heartbeat.Log)}\n---- pbx-b\n{Tail(room.Agent.Journal)}\n----"
                + $" pbx-a, replaced\n{Tail(room.OtherAgent.Journal)}\n----");
            room.Clear();
            return false;
        }

        return Prove(room, scenario, again: true);
    }

    private static string Tail(string text) =>
        string.Join('\n', text.TrimEnd().Split('\n').Where(line => !IsRepetitive(line)).TakeLast(40));

    /// <summary>While messages are being lost these are all that is left to see.</summary>
    private static bool IsRepetitive(string line) => line.Contains("lost packet(s) for", StringComparison.Ordinal)
        || line.Contains("No pkts missing", StringComparison.Ordinal) || line.Contains("were sent again", StringComparison.Ordinal);
}
