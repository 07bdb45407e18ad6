namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>What Asterisk is busy with, as far as its layers told; null: not told.</summary>
/// <param name="Calls">Calls that are up.</param>
/// <param name="Channels">Channels that are up.</param>
/// <param name="Registered">Outbound registrations that stand.</param>
/// <param name="Unregistered">Outbound registrations that do not.</param>
/// <param name="Queued">Tasks that wait in the longest of the PJSIP task processors.</param>
public sealed record AsteriskFacts(int? Calls, int? Channels, int? Registered, int? Unregistered, int? Queued);
