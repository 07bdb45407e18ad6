using System.Globalization;

namespace Appliance.Core.Import;

/// <summary>Where an old configuration says something.</summary>
/// <param name="File">As it was given, or below the folder that was given.</param>
/// <param name="Line">From 1; 0: the file as a whole.</param>
public sealed record Place(string File, int Line)
{
    public override string ToString() => Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
}
