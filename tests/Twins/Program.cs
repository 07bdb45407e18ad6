using Appliance.Twins;

const string Usage = """
    usage: appliance-twins fonebridge --listen ADDRESS:PORT [--interface NAME] [--spans 1-4] [--dsp] [--law ulaw|alaw] [--inline]
                                      [--build N] [--address IP] [--quiet] [--fault FAULT]...
    FAULT: silent, late=MILLISECONDS, double, lose-requests=N, lose-replies=N, dies-after=N, restarts-after=N, length=BYTES,
           refuse=COMMAND:STATUS, short-refusals, zero-first-byte

           appliance-twins relay FAMILY --pty PATH [--relays N] [--line CHANNEL[,CHANNEL]...] [--answer text|tight|bytes|nothing]
                                 [--identity N] [--position FILE] [--quiet] [--fault FAULT]...
    FAMILY: lcus, numato, tosr, devantech, kmtronic, captured (with the profile of drivers/Relay/README.md)
    FAULT: silent, hangs, garbage, endless, half, late=MILLISECONDS, welded

           appliance-twins berofos --listen ADDRESS:PORT [--gbl PORT] [--login basic|digest] [--password WORD] [--scenario 0|1]
                                   [--position FILE] [--quiet] [--fault FAULT]...
    FAULT: hangs, endless, garbage, another, refuses, late=MILLISECONDS, welded

           appliance-twins rhinofailover --position FILE DEV RELAYON|RELAYOFF|RESET [PORT]

    --position FILE: A or B is written to FILE at the start and whenever the line moves; empty when it is torn between both.
    Lines "unplug" and "plug" on the standard input take a relay board away and bring it back.
    """;

return args switch
{
    ["fonebridge", .. var rest] => Run(FoneBridgeOptions.Read(rest, out var problem), FoneBridgeTwin.Run, problem),
    ["relay", .. var rest] => Run(RelayOptions.Read(rest, out var problem), RelayTwin.Run, problem),
    ["berofos", .. var rest] => Run(BerofosOptions.Read(rest, out var problem), BerofosTwin.Run, problem),
    ["rhinofailover", "--position", var position, .. var rest] => RhinoTwin.Run(position, rest),
    _ => Refuse(""),
};

static int Run<T>(T? options, Func<T, int> run, string problem)
    where T : class => options is null ? Refuse(problem) : run(options);

static int Refuse(string problem)
{
    if (problem.Length > 0) Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Usage);
    return 2;
}
