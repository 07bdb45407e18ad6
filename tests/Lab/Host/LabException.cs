namespace Appliance.Lab.Host;

/// <summary>Something the person who runs the lab must know, in words for them. Ends the run.</summary>
public sealed class LabException : Exception
{
    /// <summary>Carries the words.</summary>
    public LabException(string message) : base(message)
    {
    }
}
