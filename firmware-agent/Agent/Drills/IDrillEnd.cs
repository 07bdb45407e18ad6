namespace Appliance.Agent.Drills;

/// <summary>Ends a standstill when the drill cannot any more.</summary>
internal interface IDrillEnd
{
    /// <summary>All processes of the unit are continued after this time. Null, or why that cannot be arranged.</summary>
    string? Set(string unit, TimeSpan after);

    /// <summary>It is not needed any more. Null, or why it stays.</summary>
    string? Unset();
}
