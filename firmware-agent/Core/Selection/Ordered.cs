using System.Collections;

namespace Appliance;

/// <summary>A sequence sorted by keys when it is read; items with equal keys stay in the order in which they came.</summary>
/// <param name="source">Read as a whole for every reading of this.</param>
/// <param name="levels">The first that tells two items apart decides. Each makes of the items a comparison of their numbers: sorting
/// numbers is one method for all, sorting items would be compiled for every type of item and key.</param>
public sealed class Ordered<T>(IEnumerable<T> source, Func<T[], Comparison<int>>[] levels) : IEnumerable<T>
{
    /// <summary>Among items that are equal so far.</summary>
    public Ordered<T> ThenBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        new(source, [.. levels, Selection.Level(key, comparer, descending: false)]);

    public IEnumerator<T> GetEnumerator()
    {
        var items = source.ToArray();
        var comparisons = new Comparison<int>[levels.Length];
        for (var level = 0; level < levels.Length; level++) comparisons[level] = levels[level](items);
        foreach (var number in Selection.Numbers(items.Length, comparisons)) yield return items[number];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

public static partial class Selection
{
    /// <summary>Least first.</summary>
    public static Ordered<T> Order<T>(this IEnumerable<T> source, IComparer<T>? comparer = null) => source.OrderBy(item => item, comparer);

    /// <summary>Least key first.</summary>
    public static Ordered<T> OrderBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        new(source, [Level(key, comparer, descending: false)]);

    /// <summary>Greatest key first.</summary>
    public static Ordered<T> OrderByDescending<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        new(source, [Level(key, comparer, descending: true)]);

    internal static Func<T[], Comparison<int>> Level<T, TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool descending) => items =>
    {
        var order = comparer ?? Comparer<TKey>.Default;
        var keys = new TKey[items.Length];
        for (var number = 0; number < items.Length; number++) keys[number] = key(items[number]);
        if (descending) return (one, other) => order.Compare(keys[other], keys[one]);
        return (one, other) => order.Compare(keys[one], keys[other]);
    };

    /// <summary>0 to <paramref name="count"/> - 1, sorted. The number itself decides last, so equal items stay in their order.</summary>
    internal static int[] Numbers(int count, Comparison<int>[] comparisons)
    {
        var numbers = new int[count];
        for (var number = 0; number < count; number++) numbers[number] = number;
        Array.Sort(numbers, (one, other) =>
        {
            foreach (var comparison in comparisons)
                if (comparison(one, other) is not 0 and var decided) return decided;
            return one.CompareTo(other);
        });
        return numbers;
    }
}
