namespace Appliance.Core.Network;

/// <summary>A file for systemd.</summary>
/// <param name="Folder">Below /run, e.g. <c>systemd/network</c>.</param>
/// <param name="Name">Without folder; see <see cref="NetworkdFiles.IsOurs"/>.</param>
/// <param name="Text">ASCII, ends with a line feed.</param>
public sealed record NetworkFile(string Folder, string Name, string Text);
