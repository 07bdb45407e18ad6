using System.Runtime.InteropServices;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.IoLoop;
using Appliance.Nbd.Host;

// Host --disk FILE --nbd SOCKET [--read-only] [--pool]: serves until SIGTERM.
var (disk, socket) = (Of("--disk"), Of("--nbd"));
using var loop = IoLoops.Open(args.Contains("--pool") ? IoLoopKind.Pool : IoLoopKind.Uring, out var words);
using var door = new FileDoor(disk, loop);
using var server = new NbdServer(new NbdServerOptions("disk") { ReadOnly = args.Contains("--read-only"), BuffersMax = 96 }, loop, door);
if (server.Listen(socket) is { } problem)
{
    Console.Error.WriteLine(problem);
    return 1;
}

var stop = 0;
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    Volatile.Write(ref stop, 1);
    loop.Wake();
});
Console.WriteLine($"serving {disk} on {socket}, {words}");
while (true)
{
    loop.Turn(TimeSpan.FromSeconds(1));
    server.BuffersFree();
    server.TurnEnds();
    if (Volatile.Read(ref stop) != 0 && server.Withdraw()) return 0;
}

string Of(string name) => args[Array.IndexOf(args, name) + 1];
