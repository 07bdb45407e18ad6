using Appliance.Twins;

const string Usage = """
    usage: appliance-twins fonebridge --listen ADDRESS:PORT [--interface NAME] [--spans 1-4] [--dsp] [--law ulaw|alaw] [--inline]
                                      [--build N] [--address IP] [--quiet] [--fault FAULT]...
    FAULT: silent, late=MILLISECONDS, double, lose-requests=N, lose-replies=N, dies-after=N, restarts-after=N, length=BYTES,
           refuse=COMMAND:STATUS, short-refusals, zero-first-byte
    """;

if (args is not ["fonebridge", .. var rest])
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var options = FoneBridgeOptions.Read(rest, out var problem);
if (options is null)
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Usage);
    return 2;
}

return FoneBridgeTwin.Run(options);
