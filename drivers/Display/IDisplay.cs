namespace Appliance.Drivers.Display;

/// <summary>A display of characters.</summary>
public interface IDisplay : IDisposable
{
    /// <summary>For messages: kind and place.</summary>
    string Name { get; }

    int Columns { get; }

    int Rows { get; }

    /// <summary>Shows as many lines as there are rows; shorter ones are filled up, longer ones cut. The display is set up anew every
    /// time, so one that lost its power meanwhile shows it too.</summary>
    /// <exception cref="IOException">It does not answer; in words.</exception>
    void Show(IReadOnlyList<string> lines);
}
