namespace Appliance.Drivers.Vitals;

/// <summary>Reads what a machine tells about itself. Quick; what cannot be read is left out or says so, never thrown.</summary>
public interface IVitals
{
    /// <param name="folders">Whose file systems are looked at.</param>
    /// <param name="interfaces">Network interfaces that matter.</param>
    Core.Health.Vitals Read(IReadOnlyList<string> folders, IReadOnlyList<string> interfaces);

    /// <summary>Folders of these that are on a file system of their own now.</summary>
    IReadOnlyList<string> Mounted(IReadOnlyList<string> folders);
}
