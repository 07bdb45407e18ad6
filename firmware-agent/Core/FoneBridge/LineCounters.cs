namespace Appliance.Core.FoneBridge;

/// <summary>Error counters of a span since they were last read: reading clears them.</summary>
/// <param name="CodeViolations">LCV, 16 bits.</param>
/// <param name="FramingErrors">FER, 12 bits.</param>
/// <param name="CrcErrors">CRCE, 10 bits; null: the framing has none.</param>
/// <param name="FarEndBlockErrors">FEBE, 10 bits; E1 only.</param>
/// <param name="OutOfFrame">OOF, 5 bits.</param>
public sealed record LineCounters(int Span, int CodeViolations, int FramingErrors, int? CrcErrors, int? FarEndBlockErrors, int OutOfFrame);
