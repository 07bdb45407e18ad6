using System.Collections;

namespace Appliance;

/// <summary>Items that have a key in common, in the order in which they came.</summary>
public sealed class Grouping<TKey, T> : IEnumerable<T>
{
    private readonly List<T> _items = [];

    internal Grouping(TKey key) => Key = key;

    public TKey Key { get; }

    internal void Add(T item) => _items.Add(item);

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
