using Appliance.Drivers.Tests.Watchdog;
using Appliance.Drivers.Watchdog;

// watchdog-contract DEVICE: every point of the contract on a watchdog of the kernel; exit code 1 when one does not hold.
var contract = new KernelContract(args[0]);
(string Name, Action Point)[] points =
[
    (nameof(contract.It_has_a_name_and_a_timeout), contract.It_has_a_name_and_a_timeout),
    (nameof(contract.A_timeout_that_is_set_is_in_force), contract.A_timeout_that_is_set_is_in_force),
    (nameof(contract.Feeding_gives_it_another_timeout), contract.Feeding_gives_it_another_timeout),
    (nameof(contract.Only_one_has_it_at_a_time), contract.Only_one_has_it_at_a_time),
    (nameof(contract.Stopped_in_good_order_it_can_be_opened_again), contract.Stopped_in_good_order_it_can_be_opened_again),
    (nameof(contract.Let_go_without_a_word_it_is_taken_over), contract.Let_go_without_a_word_it_is_taken_over),
    (nameof(contract.A_warning_comes_before_the_reset_or_not_at_all), contract.A_warning_comes_before_the_reset_or_not_at_all),
];
var failed = 0;
foreach (var (name, point) in points)
{
    try
    {
        point();
        Console.WriteLine($"holds: {name}");
    }
    catch (Xunit.Sdk.XunitException broken)
    {
        failed++;
        Console.WriteLine($"broken: {name}: {broken.Message}");
    }
}

return failed == 0 ? 0 : 1;

/// <summary>A device of the kernel; time passes by itself.</summary>
internal sealed class KernelContract(string device) : WatchdogContract
{
    protected override IWatchdogBench Bench() => new Kernel(device);

    private sealed class Kernel(string device) : IWatchdogBench
    {
        public IWatchdog? TryOpen(out string problem) => LinuxWatchdog.TryOpen(device, out problem);

        public void Pass(TimeSpan time) => Thread.Sleep(time / 2);

        public void Dispose()
        {
        }
    }
}
