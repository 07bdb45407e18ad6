namespace Appliance.Lab.Scenarios;

/// <summary>A bound in milliseconds was missed and nothing else. On a host that others use too, that alone proves no fault.</summary>
public sealed class TooSlowException(string message) : Exception(message);
