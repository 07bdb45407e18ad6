namespace Appliance.Lab.Faults;

/// <summary>Seen from the node that has the fault.</summary>
[Flags]
public enum Direction
{
    /// <summary>Towards the node.</summary>
    In = 1,

    /// <summary>Away from the node.</summary>
    Out = 2,

    /// <summary>Both.</summary>
    Both = In | Out,
}
