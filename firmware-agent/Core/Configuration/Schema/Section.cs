using System.Collections.Immutable;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>A section of the file as far as it could be read: values by key, defaults filled in, and where they stand.</summary>
/// <param name="path">Key path of the section.</param>
/// <param name="at">Where it begins.</param>
/// <param name="name">What the section is called in its parent, or empty.</param>
public sealed class Section(string path, TomlPosition at, string name)
{
    private readonly Dictionary<string, object> _values = [];
    private readonly Dictionary<string, TomlPosition> _places = [];

    public string Path => path;

    public TomlPosition At => at;

    /// <summary>The name key's value, the table's own name or the number of the table in its array.</summary>
    public string Name => name;

    /// <summary>The word of the discriminating key; empty when it is missing or unknown.</summary>
    public string Word { get; init; } = "";

    /// <summary>The key stands in the file, perhaps with a wrong value.</summary>
    public bool IsWritten(string key) => _places.ContainsKey(key);

    /// <summary>The place of a key's value; of the section when the key is not written.</summary>
    public TomlPosition Place(string key) => _places.GetValueOrDefault(key, at);

    public string PathOf(string key) => path.Length > 0 ? $"{path}.{key}" : key;

    /// <summary>The value, when there is one and it was right.</summary>
    public bool Has<T>(string key, out T value)
    {
        var isThere = _values.TryGetValue(key, out var found) && found is T;
        value = isThere ? (T)found! : default!;
        return isThere;
    }

    /// <summary>The value of a key that is known to be right.</summary>
    public T Get<T>(string key)
    {
        Invariant.Check(Has<T>(key, out var value));
        return value;
    }

    /// <summary>The value, or another when there is none.</summary>
    public T Get<T>(string key, T otherwise) => Has<T>(key, out var value) ? value : otherwise;

    /// <summary>The sections of an array of tables or of a table of tables; empty when there is none.</summary>
    public ImmutableArray<Section> Sections(string key) => Get(key, ImmutableArray<Section>.Empty);

    internal void Put(string key, object value) => _values[key] = value;

    internal void Mark(string key, TomlPosition place) => _places[key] = place;
}
