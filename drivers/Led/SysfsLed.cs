using System.Globalization;
using Appliance.Core.Panel;

namespace Appliance.Drivers.Led;

/// <summary>
/// An LED of the kernel, /sys/class/leds/NAME. It blinks by the kernel's triggers "timer" and "pattern", so a blink needs no processor
/// time; where a trigger is not to be had, by a thread of ours.
/// </summary>
public sealed class SysfsLed : ILed
{
    public const string UsualFolder = "/sys/class/leds";
    private readonly string _folder;
    private readonly Blinker _blinker;
    private LedRhythm? _shown;
    private string _trigger = "none";

    /// <param name="name">As in the folder of LEDs.</param>
    /// <param name="folder">Folder of LEDs; another one for tests.</param>
    public SysfsLed(string name, string folder = UsualFolder)
    {
        (Name, _folder) = (name, Path.Combine(folder, name));
        _blinker = new Blinker(name, Set);
    }

    public string Name { get; }

    public void Show(LedRhythm rhythm)
    {
        if (!Directory.Exists(_folder))
        {
            _shown = null;
            throw new IOException($"there is no LED {Name}; there are {Others()}");
        }

        _blinker.Check();
        if (rhythm == _shown && Selected() == _trigger) return;
        _shown = null;
        var triggers = Triggers();
        _blinker.Show(LedRhythm.Off);
        Write("trigger", _trigger = "none");
        if (rhythm.IsSteady) Set(rhythm.OnMs > 0);
        else if (!Blinks(rhythm, triggers)) _blinker.Show(rhythm);
        _shown = rhythm;
    }

    public void Dispose() => _blinker.Dispose();

    /// <summary>Lets the kernel blink; false: it cannot.</summary>
    private bool Blinks(LedRhythm rhythm, string[] triggers)
    {
        var wanted = rhythm.Beats == 1 ? "timer" : "pattern";
        if (!triggers.Contains(wanted)) return false;
        Write("trigger", _trigger = wanted);
        if (rhythm.Beats == 1)
        {
            Write("delay_on", rhythm.OnMs.ToString(CultureInfo.InvariantCulture));
            Write("delay_off", rhythm.OffMs.ToString(CultureInfo.InvariantCulture));
            return true;
        }

        // Each step twice: the value and how long; "0 ms" between two values makes an edge instead of a slope.
        var most = Most();
        Write("pattern", string.Join(' ', rhythm.Steps().Select(step => string.Create(
            CultureInfo.InvariantCulture, $"{(step.Lit ? most : 0)} {step.Ms} {(step.Lit ? most : 0)} 0"))));
        return true;
    }

    private void Set(bool lit) => Write("brightness", (lit ? Most() : 0).ToString(CultureInfo.InvariantCulture));

    private int Most() =>
        int.TryParse(Read("max_brightness"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : 1;

    /// <summary>"none [timer] heartbeat": the chosen one stands in brackets.</summary>
    private string[] Triggers() => [.. Read("trigger").Split(' ').Select(word => word.Trim('[', ']'))];

    private string Selected() => Read("trigger").Split(' ').FirstOrDefault(word => word.StartsWith('['))?.Trim('[', ']') ?? _trigger;

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_folder, file)).Trim();
        }
        catch (UnauthorizedAccessException)
        {
            throw Forbidden(file);
        }
    }

    private void Write(string file, string text)
    {
        try
        {
            File.WriteAllText(Path.Combine(_folder, file), text);
        }
        catch (UnauthorizedAccessException)
        {
            throw Forbidden(file);
        }
        catch (IOException fault)
        {
            throw new IOException($"LED {Name} refuses {file} = {text}: {fault.Message}", fault);
        }
    }

    private IOException Forbidden(string file) =>
        new($"LED {Name} may not be set: permission denied for {Path.Combine(_folder, file)} (the agent runs as root)");

    private string Others()
    {
        var parent = Path.GetDirectoryName(_folder)!;
        string[] names = Directory.Exists(parent) ? [.. Directory.GetFileSystemEntries(parent).Select(path => Path.GetFileName(path))] : [];
        return names.Length > 0 ? string.Join(", ", names.Order(StringComparer.Ordinal).Take(8)) : "none";
    }
}
