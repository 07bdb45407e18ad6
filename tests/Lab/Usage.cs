using Appliance.Lab.Faults;
using Appliance.Lab.Setup;

namespace Appliance.Lab;

/// <summary>What the program says about itself.</summary>
public static class Usage
{
    /// <summary>Prints the commands and faults.</summary>
    public static int Print()
    {
        Console.WriteLine("""
            appliance-lab - two nodes with real systemd, MariaDB and Asterisk, their wires, and a client that watches

              up [--stack NAME] [--binary PATH]   build a lab that stays until "down"
              down [--run NAME | --all]           stop it and remove everything it made
              status                              who is on, who serves, whether the pair is whole
              fault NAME [NODE] [--percent N]     break something (without NODE: at the node that serves)
              heal                                repair links, paused machines and stopped processes
              power-on NODE                       switch a node on again
              resume NODE                         continue a paused node
              shell NODE                          a shell inside a node
              probe [--seconds N]                 watch the service address from the client
              demo [--fault NAME] [--keep]        the whole story with a report in out/demo
              test [--only PART]                  the system tests
              linux-ha [--only PART]              our node beside a real Heartbeat; needs no lab
              bench [--stacks A,B] [--runs N]     failover figures of ours and the rivals, in out/bench
              stress [--seconds N]                load both nodes and require that nothing moves
              replica-bench [--only PART]         the replica beside nbdkit and qemu, in out/bench; needs no lab

            Every command takes --run NAME when more than one lab is up. Stacks: appliance, heartbeat, heartbeat-fast,
            pacemaker, pacemaker-fast.

            Faults:
            """);
        foreach (var fault in FaultCatalog.All) Console.WriteLine($"  {fault.Name,-16} {fault.Description}");
        return 0;
    }

    /// <summary>What a person needs to know about a lab that stays.</summary>
    public static string HowToGoOn(LabPlace place) => $"""
        lab {place.Prefix} is up.
          enter a node:   appliance-lab shell pbx-a --run {place.Prefix}
          break it:       appliance-lab fault power --run {place.Prefix}
          stop it:        appliance-lab down --run {place.Prefix}
        (appliance-lab is: dotnet run --project tests/Lab --)
        """;
}
