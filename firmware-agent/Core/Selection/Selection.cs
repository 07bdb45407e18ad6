namespace Appliance;

/// <summary>
/// The queries that almost every file makes, in the place of System.Linq, which the product is built without. The library's iterators have
/// generic virtual methods: ahead of time these are compiled for every pair of a value type that anybody selects from and a value type that
/// anybody selects (docs/decisions/0003-native-aot-settings.md has the figures). Names and results are the library's, and so is laziness:
/// what returns <see cref="IEnumerable{T}"/> asks its source while it is read, each time anew.
/// </summary>
public static partial class Selection
{
    /// <summary>What <paramref name="selector"/> makes of every item.</summary>
    public static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        foreach (var item in source) yield return selector(item);
    }

    /// <summary>The same, with the number of the item from 0.</summary>
    public static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)
    {
        var number = 0;
        foreach (var item in source) yield return selector(item, number++);
    }

    /// <summary>All parts of all items, one item after the other.</summary>
    public static IEnumerable<TResult> SelectMany<TSource, TResult>(
        this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)
    {
        foreach (var item in source)
            foreach (var part in selector(item)) yield return part;
    }

    /// <summary>The same, with the number of the item from 0.</summary>
    public static IEnumerable<TResult> SelectMany<TSource, TResult>(
        this IEnumerable<TSource> source, Func<TSource, int, IEnumerable<TResult>> selector) =>
        source.Select(selector).SelectMany(parts => parts);

    /// <summary>The items for which <paramref name="predicate"/> holds.</summary>
    public static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) yield return item;
    }

    /// <summary>The same, with the number of the item from 0.</summary>
    public static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)
    {
        var number = 0;
        foreach (var item in source)
            if (predicate(item, number++)) yield return item;
    }

    /// <summary>All but the first <paramref name="count"/> items.</summary>
    public static IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)
    {
        foreach (var item in source)
        {
            if (count <= 0) yield return item;
            else count--;
        }
    }

    /// <summary>The first <paramref name="count"/> items; the source is not asked for one more.</summary>
    public static IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)
    {
        if (count <= 0) yield break;
        foreach (var item in source)
        {
            yield return item;
            if (--count == 0) yield break;
        }
    }

    /// <summary>One sequence, then the other.</summary>
    public static IEnumerable<T> Concat<T>(this IEnumerable<T> first, IEnumerable<T> second)
    {
        foreach (var item in first) yield return item;
        foreach (var item in second) yield return item;
    }

    /// <summary>One item behind all others.</summary>
    public static IEnumerable<T> Append<T>(this IEnumerable<T> source, T last)
    {
        foreach (var item in source) yield return item;
        yield return last;
    }

    /// <summary>One item before all others.</summary>
    public static IEnumerable<T> Prepend<T>(this IEnumerable<T> source, T first)
    {
        yield return first;
        foreach (var item in source) yield return item;
    }

    /// <summary>The items of this type; null is of none.</summary>
    public static IEnumerable<TResult> OfType<TResult>(this System.Collections.IEnumerable source)
    {
        foreach (var item in source)
            if (item is TResult result) yield return result;
    }

    /// <summary>From the first item on for which <paramref name="predicate"/> does not hold.</summary>
    public static IEnumerable<T> SkipWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        var found = false;
        foreach (var item in source)
        {
            found = found || !predicate(item);
            if (found) yield return item;
        }
    }

    /// <summary>Up to the first item for which <paramref name="predicate"/> does not hold.</summary>
    public static IEnumerable<T> TakeWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
        {
            if (!predicate(item)) yield break;
            yield return item;
        }
    }

    /// <summary>The items, or one in the place of none.</summary>
    public static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source, T one)
    {
        var isEmpty = true;
        foreach (var item in source)
        {
            isEmpty = false;
            yield return item;
        }

        if (isEmpty) yield return one;
    }

    /// <summary>Pairs, as long as both sequences have an item.</summary>
    public static IEnumerable<(TFirst First, TSecond Second)> Zip<TFirst, TSecond>(
        this IEnumerable<TFirst> first, IEnumerable<TSecond> second) => first.Zip(second, (one, other) => (one, other));

    /// <summary>The same, with what <paramref name="selector"/> makes of a pair.</summary>
    public static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(
        this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> selector)
    {
        using var others = second.GetEnumerator();
        foreach (var item in first)
        {
            if (!others.MoveNext()) yield break;
            yield return selector(item, others.Current);
        }
    }

    /// <summary>Pieces of <paramref name="size"/> items; the last one may be shorter.</summary>
    public static IEnumerable<T[]> Chunk<T>(this IEnumerable<T> source, int size)
    {
        var piece = new List<T>(size);
        foreach (var item in source)
        {
            piece.Add(item);
            if (piece.Count < size) continue;
            yield return piece.ToArray();
            piece.Clear();
        }

        if (piece.Count > 0) yield return piece.ToArray();
    }

    /// <summary>From the last item to the first. Not named as in the library: <c>Reverse</c> of an array turns the array itself
    /// round.</summary>
    public static IEnumerable<T> Backwards<T>(this IReadOnlyList<T> source)
    {
        for (var number = source.Count - 1; number >= 0; number--) yield return source[number];
    }

    /// <summary><paramref name="count"/> whole numbers, from <paramref name="first"/> on.</summary>
    public static IEnumerable<int> Range(int first, int count)
    {
        for (var number = 0; number < count; number++) yield return first + number;
    }

    /// <summary>The same item <paramref name="count"/> times.</summary>
    public static IEnumerable<T> Repeat<T>(T item, int count)
    {
        for (var number = 0; number < count; number++) yield return item;
    }
}
