using Appliance.Core.Watchdog;

namespace Appliance.Agent.Watchdog;

/// <summary>How the watchdog stands, for status.</summary>
/// <param name="Device">As configured.</param>
/// <param name="Identity">What the hardware calls itself; empty: it is not open.</param>
/// <param name="Standing">Fed, withheld or biting; null: it is not open.</param>
/// <param name="TimeoutMs">As the hardware has it.</param>
/// <param name="Problem">What a person must look at; empty: nothing.</param>
/// <param name="LastBootBitten">It ended the boot before this one.</param>
public sealed record WatchdogView(
    string Device, string Identity, WatchdogStanding? Standing, int TimeoutMs, string Problem, bool LastBootBitten);
