using System.Collections.Immutable;
using Appliance.Core.Dahdi;

namespace Appliance.Drivers.Dahdi;

/// <summary>
/// The twin. Faults it models: a module that is not installed or cannot be unloaded, a configuration that is refused or never ends,
/// alarms that come and go, a span that vanishes, a span whose text cannot be understood.
/// </summary>
public sealed class SimulatedDahdi : IDahdi
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImmutableArray<DahdiSpan>> _installed = [];
    private readonly List<string> _loaded = [];
    private readonly Dictionary<int, DahdiAlarms> _alarms = [];
    private readonly HashSet<int> _gone = [];
    private readonly HashSet<int> _garbled = [];

    /// <summary>Ends with this text and an error; empty: it succeeds.</summary>
    public string Refusal { get; set; } = "";

    /// <summary>Modules in use cannot be unloaded.</summary>
    public bool InUse { get; set; }

    /// <summary>The configuration does not end by itself.</summary>
    public bool Hangs { get; set; }

    /// <summary>Files that were configured from, oldest first.</summary>
    public List<string> Configured { get; } = [];

    /// <summary>Makes a module known; loading it brings these spans.</summary>
    public void Install(string module, params ImmutableArray<DahdiSpan> spans)
    {
        lock (_gate) _installed[module] = spans;
    }

    public void SetAlarms(int span, DahdiAlarms alarms)
    {
        lock (_gate) _alarms[span] = alarms;
    }

    /// <summary>The card or the bridge behind it is gone.</summary>
    public void TakeAway(int span)
    {
        lock (_gate) _gone.Add(span);
    }

    /// <summary>Its text is nonsense from now on.</summary>
    public void Garble(int span)
    {
        lock (_gate) _garbled.Add(span);
    }

    public DahdiReading Read()
    {
        lock (_gate)
        {
            var spans = _loaded.SelectMany(module => _installed[module]).Where(span => !_gone.Contains(span.Number))
                .OrderBy(span => span.Number).ToArray();
            var problem = _loaded.Count == 0 ? "DAHDI is not loaded" : spans.Length == 0 ? "DAHDI is loaded and has no span" : "";
            if (spans.FirstOrDefault(span => _garbled.Contains(span.Number)) is { } garbled)
                problem = $"/proc/dahdi/{garbled.Number}: expected \"Span N: NAME \"DESCRIPTION\" …\"";
            return new DahdiReading(
                [.. spans.Where(span => !_garbled.Contains(span.Number))
                    .Select(span => span with { Alarms = _alarms.GetValueOrDefault(span.Number, span.Alarms) })],
                problem);
        }
    }

    public DahdiStep Load(string module, CancellationToken abandon)
    {
        lock (_gate)
        {
            if (!_installed.ContainsKey(module))
                return new DahdiStep(false, $"module {module} cannot be loaded: exit code 1: module {module} not found");
            if (!_loaded.Contains(module)) _loaded.Add(module);
            return new DahdiStep(true, $"module {module} is loaded");
        }
    }

    public DahdiStep Unload(string module, CancellationToken abandon)
    {
        lock (_gate)
        {
            if (InUse) return new DahdiStep(false, $"module {module} cannot be unloaded: exit code 1: module {module} is in use");
            // What was loaded later uses what was there before, as a card's driver uses dahdi.
            if (_loaded.Contains(module) && _loaded[^1] != module)
                return new DahdiStep(
                    false, $"module {module} cannot be unloaded: exit code 1: module {module} is in use by: {_loaded[^1]}");
            _loaded.Remove(module);
            return new DahdiStep(true, $"module {module} is unloaded");
        }
    }

    public DahdiStep Configure(string file, CancellationToken abandon)
    {
        if (Hangs) abandon.WaitHandle.WaitOne();
        if (abandon.IsCancellationRequested) return new DahdiStep(false, $"dahdi_cfg refuses {file}: abandoned and ended");
        if (Refusal.Length > 0) return new DahdiStep(false, $"dahdi_cfg refuses {file}: exit code 1: {Refusal}");
        lock (_gate) Configured.Add(file);
        return new DahdiStep(true, $"spans are configured as {file} says");
    }
}
