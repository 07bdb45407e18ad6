using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Appliance.Core;

/// <summary>A claim of ours that turned out to be false: our bug, never the world's. The process ends and systemd restarts it.</summary>
public sealed class InvariantException : Exception
{
    public InvariantException(string message) : base(message)
    {
    }

    public InvariantException() : this("an invariant does not hold")
    {
    }

    public InvariantException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>Checks that stay on in production.</summary>
public static class Invariant
{
    /// <summary>Throws unless the claim holds. One claim a call, so that the message names the one that failed.</summary>
    public static void Check([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string claim = "")
    {
        if (!condition) throw new InvariantException($"does not hold: {claim}");
    }
}
