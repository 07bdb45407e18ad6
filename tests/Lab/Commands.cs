using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Lab.Bench;
using Appliance.Lab.Bench.Replica;
using Appliance.Lab.Faults;
using Appliance.Lab.Host;
using Appliance.Lab.LinuxHa;
using Appliance.Lab.Probing;
using Appliance.Lab.Scenarios;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab;

/// <summary>The commands a person types.</summary>
public static class Commands
{
    /// <summary>Runs one and returns its exit code.</summary>
    public static int Run(string[] words)
    {
        var arguments = new Arguments(words);
        if (arguments.Flag("--help")) return Usage.Print();
        var command = arguments.NextOrNone();
        if (command is not null and not "help" && Environment.UserName != "root")
            throw new LabException("the lab makes namespaces and mounts and needs root");
        return command switch
        {
            null or "help" => Usage.Print(),
            "up" => Up(arguments),
            "down" => Down(arguments),
            "status" => Status(arguments),
            "fault" => BreakIt(arguments),
            "heal" => WithLab(arguments, (lab, stack) => FaultCatalog.Heal(lab, stack)),
            "power-on" => WithNode(arguments, node => node.PowerOn()),
            "resume" => WithNode(arguments, node => node.Resume()),
            "shell" => Shell(arguments),
            "probe" => Probe(arguments),
            "demo" => Demo.Run(arguments),
            "test" => ScenarioRunner.Run(arguments),
            "bench" => FailoverBench.Run(arguments),
            "stress" => StressBench.Run(arguments),
            "replica-bench" => ReplicaBench.Run(arguments),
            "linux-ha" => MixedRunner.Run(arguments),
            "line-bench" => LineBench.Run(arguments),
            "supervise-bench" => SuperviseBench.Run(arguments),
            "serial-cable" => Cable(arguments),
            "relay-box" => Box(arguments),
            _ => throw new LabException($"there is no command \"{command}\"; see appliance-lab --help"),
        };
    }

    /// <summary>Builds a lab, runs the work and takes the lab down again, also after Ctrl-C and a TERM.</summary>
    public static int InLab(IClusterStack stack, bool keep, Func<LabRun, int> work)
    {
        var lab = LabRun.Up(stack, keep);
        var down = new Once(lab.Down);
        void Interrupted(PosixSignalContext context)
        {
            Console.Error.WriteLine("interrupted; stopping the lab");
            down.Run();
            Environment.Exit(130);
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupted);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupted);
        try
        {
            return work(lab);
        }
        finally
        {
            if (keep) Console.WriteLine(Usage.HowToGoOn(lab.Place));
            else down.Run();
        }
    }

    private static int Up(Arguments arguments)
    {
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        var lab = LabRun.Up(stack, keep: true);
        Console.WriteLine(Usage.HowToGoOn(lab.Place));
        return 0;
    }

    private static int Down(Arguments arguments)
    {
        var all = arguments.Flag("--all");
        var run = arguments.Option("--run");
        arguments.End();
        if (!all) LabRun.Open(run).Down();
        else foreach (var place in LabPlace.Known()) LabRun.Open(place).Down();
        return 0;
    }

    private static int Status(Arguments arguments) => WithLab(arguments, (lab, stack) =>
    {
        Console.WriteLine($"lab {lab.Place.Prefix}, {stack.Name} ({stack.Settings})");
        foreach (var node in lab.Nodes)
            Console.WriteLine($"{node.Plan.Name}  {(!node.IsOn ? "off" : node.Group.IsFrozen ? "paused" : "on")}");
        var serving = string.Join(" and ", lab.Serving().Select(node => node.Name));
        Console.WriteLine($"service address: {(serving.Length > 0 ? serving : "nobody")}");
        Console.WriteLine($"pair: {stack.WhyNotHealthy(lab) ?? "healthy"}");
    });

    private static int BreakIt(Arguments arguments)
    {
        var fault = FaultCatalog.Parse(arguments.Next("the name of the fault"), arguments.Number("--percent", 30));
        var name = arguments.NextOrNone();
        return WithLab(arguments, (lab, stack) =>
        {
            var node = name is not null ? NodePlan.Parse(name)
                : lab.Serving() is [var serving] ? serving
                : throw new LabException("not exactly one node serves now; name the node");
            fault.Apply(lab, stack, node);
            Console.WriteLine($"{fault.Name} on {node.Name}");
        });
    }

    private static int Shell(Arguments arguments)
    {
        var name = arguments.Next("the name of the node");
        return WithLab(arguments, (lab, _) =>
        {
            var leader = lab.State.Leaders[NodePlan.Parse(name).Name];
            using var shell = Process.Start("nsenter", ["--target", $"{leader.Number}", "--all", "--", "bash", "--login"]);
            shell.WaitForExit();
        });
    }

    private static int Probe(Arguments arguments)
    {
        var seconds = arguments.Number("--seconds", 10);
        return WithLab(arguments, (lab, _) =>
        {
            var start = MonotonicClock.NowMs;
            using var prober = Prober.Start(lab);
            Thread.Sleep(TimeSpan.FromSeconds(seconds));
            foreach (var kind in Enum.GetValues<ProbeKind>())
            {
                var gap = prober.Answers(kind).LongestGapSince(start, double.MaxValue);
                var count = prober.Answers(kind).CountSince(start);
                Console.WriteLine($"{kind,-6} {count,5} good answers, longest gap {gap?.Ms ?? double.NaN:0} ms");
            }
            Console.WriteLine($"rows   {prober.Rows.Promised(start, double.MaxValue).Count,5} acknowledged");
        });
    }

    private static int Cable(Arguments arguments)
    {
        var place = new LabPlace(arguments.Option("--run") ?? throw new LabException("serial-cable needs --run"));
        arguments.End();
        SerialCable.Run(place);
        return 0;
    }

    private static int Box(Arguments arguments)
    {
        var place = new LabPlace(arguments.Option("--run") ?? throw new LabException("relay-box needs --run"));
        arguments.End();
        RelayBox.Run(place);
        return 0;
    }

    private static int WithNode(Arguments arguments, Action<NodeMachine> work)
    {
        var plan = NodePlan.Parse(arguments.Next("the name of the node"));
        return WithLab(arguments, (lab, _) => work(lab.Machine(plan)));
    }

    private static int WithLab(Arguments arguments, Action<LabRun, IClusterStack> work)
    {
        var lab = LabRun.Open(arguments.Option("--run"));
        arguments.End();
        work(lab, StackCatalog.Parse(lab.State.Stack, null));
        return 0;
    }
}
