using System.Runtime.InteropServices;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;
using Appliance.Vm.Front;

// front NAME KIND FILE BYTES [LOOP]: /dev/appliance/NAME on a file. SIGTERM: the device goes (or is left when it cannot), SIGUSR1: this
// process ends and the device stays for the next one.
var (name, file, size) = (args[0], args[2], long.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture));
if (!DeviceFrontOptions.TryParseKind(args[1], out var kind)) return 2;
var options = new DeviceFrontOptions(name, kind)
{
    LoopNumber = args.Length > 4 ? int.Parse(args[4], System.Globalization.CultureInfo.InvariantCulture) : -1,
};
using var loop = UringLoop.Open(out var problem) ?? throw new IOException(problem);
using var door = new FileDoor(file, size);
using var front = new DeviceFront(options, loop, door, (news, words) => Say($"{news}: {words}"));
int asked = 0;
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Ask(context, 1));
using var leave = PosixSignalRegistration.Create((PosixSignal)10, context => Ask(context, 2));
front.Changed = () => Say($"{front.Standing} {front.Why}");
Say($"{front.Kind}: {front.Why}; survived: {front.Survived}");
front.Expose();
while (true)
{
    loop.Turn(TimeSpan.FromMilliseconds(50));
    front.BuffersFree();
    front.TurnEnds();
    if (asked == 2 && front.Leave()) break;
    if (asked > 0 && front.Withdraw()) break;
    if (front.Standing == DeviceStanding.Failed) return 1;
}

Say($"ended; {door.Counts}");
return 0;

void Ask(PosixSignalContext context, int what)
{
    context.Cancel = true;
    Volatile.Write(ref asked, what);
    loop.Wake();
}

static void Say(string words) => Console.WriteLine($"{Environment.TickCount64 % 1000000 / 1000.0:F3} {words.TrimEnd()}");
