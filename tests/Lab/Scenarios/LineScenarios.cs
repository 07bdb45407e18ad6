using Appliance.Lab.Bench;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Scenarios;

/// <summary>Claims about the telephone lines. The measurements are those of the bench; here each is made once and held against its
/// bound.</summary>
internal static class LineScenarios
{
    private const int AsteriskMs = 300;
    private const int SteerMs = 50;
    private const int LeaseMs = 600 + 300;

    public static void AsteriskDies(ScenarioContext context) =>
        InTime(new LineFigures(context.Lab, context.Stack, context.WaitUntilHealthy).AsteriskDead(), AsteriskMs, "Asterisk died");

    public static void AgentDies(ScenarioContext context) =>
        InTime(new LineFigures(context.Lab, context.Stack, context.WaitUntilHealthy).AgentDead(), LeaseMs, "the agent was killed");

    public static void AgentHangs(ScenarioContext context) =>
        InTime(new LineFigures(context.Lab, context.Stack, context.WaitUntilHealthy).AgentHung(), LeaseMs, "the agent was stopped");

    public static void BridgeIsSteered(ScenarioContext context)
    {
        context.Play("switchover");
        var took = LineFigures.Steered(context.Lab, context.Serving);
        InTime(took, SteerMs, "the bridge was to be steered");
    }

    public static void RelayHangs(ScenarioContext context)
    {
        var figures = new LineFigures(context.Lab, context.Stack, context.WaitUntilHealthy);
        var (before, after) = figures.HangingRelay(TimeSpan.FromSeconds(30));
        // A machine that stands still for a moment is late without any relay; a heartbeat that waits for one is late every time.
        if (after > Math.Max(before * 2, 20))
            throw new TooSlowException($"heartbeats were up to {after:0.0} ms late while the relay hung, {before:0.0} ms before");
    }

    private static void InTime(double? tookMs, int boundMs, string what)
    {
        if (tookMs is not { } ms) throw new Host.LabException($"the lines did not move after {what}");
        if (ms > boundMs) throw new TooSlowException($"the lines moved {ms:0} ms after {what}; expected {boundMs} ms");
    }
}
