using Appliance.Core.Dahdi;

namespace Appliance.Drivers.Dahdi;

/// <summary>How something that was done to DAHDI ended.</summary>
/// <param name="Ok">As wanted.</param>
/// <param name="Text">In words: what was done, or what went wrong.</param>
public readonly record struct DahdiStep(bool Ok, string Text);

/// <summary>The telephone-line drivers of the kernel: reading is quick, the others run a program and may take seconds.</summary>
public interface IDahdi
{
    /// <summary>All spans now. What cannot be read is said in the reading, never thrown.</summary>
    DahdiReading Read();

    /// <summary>Loads a kernel module; one that is loaded already is fine.</summary>
    DahdiStep Load(string module, CancellationToken abandon);

    /// <summary>Takes a kernel module out; one that is not there is fine.</summary>
    DahdiStep Unload(string module, CancellationToken abandon);

    /// <summary>Configures the spans as the file says: <c>dahdi_cfg -c FILE</c>.</summary>
    DahdiStep Configure(string file, CancellationToken abandon);
}
