using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Appliance;

/// <summary>Sequences without doubles, and sequences made into collections.</summary>
public static partial class Selection
{
    /// <summary>Every item once, where it came first.</summary>
    public static IEnumerable<T> Distinct<T>(this IEnumerable<T> source) => source.DistinctBy(item => item);

    /// <summary>The first item of every key.</summary>
    public static IEnumerable<T> DistinctBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key)
    {
        var seen = new HashSet<TKey>();
        foreach (var item in source)
            if (seen.Add(key(item))) yield return item;
    }

    /// <summary>What is not in <paramref name="others"/>, every item once.</summary>
    public static IEnumerable<T> Except<T>(this IEnumerable<T> source, IEnumerable<T> others)
    {
        var seen = new HashSet<T>(others);
        foreach (var item in source)
            if (seen.Add(item)) yield return item;
    }

    /// <summary>What is in either of them, every item once.</summary>
    public static IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second) => first.Concat(second).Distinct();

    /// <summary>Items of one key together, in the order in which keys and items came. Reads its source at once.</summary>
    public static IEnumerable<Grouping<TKey, T>> GroupBy<T, TKey>(
        this IEnumerable<T> source, Func<T, TKey> key, IEqualityComparer<TKey>? comparer = null) where TKey : notnull =>
        source.GroupBy(key, item => item, comparer);

    /// <summary>The same, with what <paramref name="value"/> makes of an item.</summary>
    public static IEnumerable<Grouping<TKey, TValue>> GroupBy<T, TKey, TValue>(
        this IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value, IEqualityComparer<TKey>? comparer = null) where TKey : notnull
    {
        var groups = new List<Grouping<TKey, TValue>>();
        var known = new Dictionary<TKey, Grouping<TKey, TValue>>(comparer);
        foreach (var item in source)
        {
            if (!known.TryGetValue(key(item), out var group)) groups.Add(known[key(item)] = group = new Grouping<TKey, TValue>(key(item)));
            group.Add(value(item));
        }

        return groups;
    }

    public static T[] ToArray<T>(this IEnumerable<T> source)
    {
        if (source is ICollection<T> known)
        {
            var copy = new T[known.Count];
            known.CopyTo(copy, 0);
            return copy;
        }

        // Not by a list: a list of a type brings a dozen other types with it.
        T[] items = [];
        var count = 0;
        foreach (var item in source)
        {
            if (count == items.Length) Array.Resize(ref items, Math.Max(4, 2 * count));
            items[count++] = item;
        }

        Array.Resize(ref items, count);
        return items;
    }

    public static ImmutableArray<T> ToImmutableArray<T>(this IEnumerable<T> source) =>
        ImmutableCollectionsMarshal.AsImmutableArray(source.ToArray());

    /// <exception cref="ArgumentException">A key comes twice, with different values.</exception>
    public static ImmutableSortedDictionary<TKey, TValue> ToImmutableSortedDictionary<T, TKey, TValue>(
        this IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value) where TKey : notnull =>
        ImmutableSortedDictionary.CreateRange(source.Select(item => KeyValuePair.Create(key(item), value(item))));

    public static List<T> ToList<T>(this IEnumerable<T> source) => new(source);

    public static HashSet<T> ToHashSet<T>(this IEnumerable<T> source, IEqualityComparer<T>? comparer = null) => new(source, comparer);

    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static Dictionary<TKey, T> ToDictionary<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) where TKey : notnull =>
        source.ToDictionary(key, item => item);

    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static Dictionary<TKey, TValue> ToDictionary<T, TKey, TValue>(
        this IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value, IEqualityComparer<TKey>? comparer = null) where TKey : notnull
    {
        var made = new Dictionary<TKey, TValue>(comparer);
        foreach (var item in source) made.Add(key(item), value(item));
        return made;
    }
}
