namespace Appliance.Lab.Scenarios;

/// <summary>A bound in milliseconds was missed and nothing else. On a host that others use too, that alone is no proof of a fault.</summary>
public sealed class TooSlowException(string message) : Exception(message);
