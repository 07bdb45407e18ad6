namespace Appliance.Simulation.Stories;

/// <summary>A story that <c>appliance simulate</c> can tell.</summary>
public sealed record NamedStory(string Name, string What, string Script);

/// <summary>The stories, the first one is told when none is asked for.</summary>
public static class NamedStories
{
    private const string Boot = """
        # Both nodes are switched on. They agree on one without waiting.
        power-on a
        power-on b
        run 8s
        """;

    public static IReadOnlyList<NamedStory> All { get; } =
    [
        new("demo", "power cut of the active node, its return, a planned switchover", Boot + """

            # The power of the serving node is cut.
            power-off a
            run 4s
            # It comes back. The group stays where it is: no failback.
            power-on a
            run 8s
            # An operator moves the group by agreement.
            switchover a pbx
            run 4s
            """),
        new("partition", "the serving node is cut off from everything", Boot + """

            # Cable and serial line are cut, and the serving node loses its LAN port.
            cut cable
            cut serial
            port a off
            run 4s
            # All is mended: the later term keeps serving undisturbed.
            join cable
            join serial
            port a on
            run 4s
            """),
        new("cable", "one redundant path after the other is lost", Boot + """

            # The cluster cable is cut: news, not a failover.
            cut cable
            run 2s
            # The serial line too.
            cut serial
            run 2s
            join cable
            join serial
            run 2s
            """),
        new("pause", "the serving machine is suspended and wakes up believing that it serves", Boot + """

            # The hypervisor suspends the serving machine for ten seconds.
            suspend a
            run 10s
            # It wakes up. It looks around before it touches anything shared.
            resume a
            run 4s
            """),
        new("agent", "the agent of the serving node dies and comes back", Boot + """

            # Only the agent dies; Asterisk runs on and nobody notices.
            crash-agent a
            run 5s
            """),
        new("stop-failure", "a resource will not stop", Boot + """

            # Asterisk cannot be killed, and an operator asks for a switchover.
            break a pbx asterisk unkillable
            switchover a pbx
            run 15s
            """),
        new("fence", "every link is lost at once, and each node has a fence device", """
            # Each node has a device that can switch the other one off.
            site fences

            """ + Boot + """

            # All links are cut, and the LAN between the nodes too. The node that serves has the first shot.
            cut cable
            cut serial
            cut lan
            run 12s
            # The links are mended; the other node has booted again.
            join cable
            join serial
            join lan
            run 6s
            # The serving node hangs in its kernel: it is switched off before the other one takes over.
            suspend a
            run 10s
            """),
        new("flapping", "a resource dies again and again", Boot + """

            # Asterisk dies soon after every start on the serving node: two restarts, then one failover.
            break a pbx asterisk dies
            run 30s
            """),
    ];

    /// <summary>Null when there is none of that name.</summary>
    public static NamedStory? Find(string name) => All.FirstOrDefault(story => story.Name == name);
}
