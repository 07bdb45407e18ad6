using Appliance.Core.Layers;

namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>What one layer told.</summary>
/// <param name="Facts">What it knows of them; null: nothing.</param>
internal readonly record struct LayerReport(LayerState State, string Text, AsteriskFacts? Facts = null);
