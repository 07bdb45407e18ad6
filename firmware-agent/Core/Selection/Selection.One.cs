using System.Collections.Immutable;
using System.Numerics;

namespace Appliance;

/// <summary>Questions with one answer. They read their source at once, and no further than the answer needs.</summary>
public static partial class Selection
{
    private const string Nothing = "the sequence has no such item";

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static T First<T>(this IEnumerable<T> source)
    {
        foreach (var item in source) return item;
        throw new InvalidOperationException(Nothing);
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static T First<T>(this IEnumerable<T> source, Func<T, bool> predicate) => source.Where(predicate).First();

    /// <summary>Without a copy on the heap.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static T First<T>(this ImmutableArray<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) return item;
        throw new InvalidOperationException(Nothing);
    }

    /// <summary>The type's default where there is none.</summary>
    public static T? FirstOrDefault<T>(this IEnumerable<T> source)
    {
        foreach (var item in source) return item;
        return default;
    }

    /// <summary>The type's default where there is none.</summary>
    public static T? FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) return item;
        return default;
    }

    /// <summary>The type's default where there is none. Without a copy on the heap.</summary>
    public static T? FirstOrDefault<T>(this ImmutableArray<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) return item;
        return default;
    }

    /// <summary><paramref name="otherwise"/> where there is none.</summary>
    public static T FirstOrDefault<T>(this IEnumerable<T> source, T otherwise)
    {
        foreach (var item in source) return item;
        return otherwise;
    }

    /// <summary><paramref name="otherwise"/> where there is none.</summary>
    public static T FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate, T otherwise)
    {
        foreach (var item in source)
            if (predicate(item)) return item;
        return otherwise;
    }

    /// <summary>The type's default where there is none.</summary>
    public static T? LastOrDefault<T>(this IReadOnlyList<T> source) => source.Count > 0 ? source[^1] : default;

    /// <summary>The type's default where there is none.</summary>
    public static T? LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        T? last = default;
        foreach (var item in source)
            if (predicate(item)) last = item;
        return last;
    }

    /// <exception cref="InvalidOperationException">There is none, or another one.</exception>
    public static T Single<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        using var found = source.Where(predicate).GetEnumerator();
        if (!found.MoveNext()) throw new InvalidOperationException(Nothing);
        var only = found.Current;
        return found.MoveNext() ? throw new InvalidOperationException("the sequence has more than one such item") : only;
    }

    public static bool Any<T>(this IEnumerable<T> source)
    {
        using var items = source.GetEnumerator();
        return items.MoveNext();
    }

    public static bool Any<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) return true;
        return false;
    }

    /// <summary>Without a copy on the heap.</summary>
    public static bool Any<T>(this ImmutableArray<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) return true;
        return false;
    }

    /// <summary>True of nothing at all.</summary>
    public static bool All<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (!predicate(item)) return false;
        return true;
    }

    /// <summary>True of nothing at all. Without a copy on the heap.</summary>
    public static bool All<T>(this ImmutableArray<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (!predicate(item)) return false;
        return true;
    }

    public static bool Contains<T>(this IEnumerable<T> source, T item) =>
        source is ICollection<T> known ? known.Contains(item) : source.Any(other => EqualityComparer<T>.Default.Equals(other, item));

    public static int Count<T>(this IEnumerable<T> source)
    {
        var count = 0;
        using var items = source.GetEnumerator();
        while (items.MoveNext()) count++;
        return count;
    }

    public static int Count<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        var count = 0;
        foreach (var item in source)
            if (predicate(item)) count++;
        return count;
    }

    /// <summary>What is left when every item in turn was added to <paramref name="start"/>.</summary>
    public static TSum Aggregate<T, TSum>(this IEnumerable<T> source, TSum start, Func<TSum, T, TSum> add)
    {
        foreach (var item in source) start = add(start, item);
        return start;
    }

    /// <exception cref="OverflowException">It does not fit in the type.</exception>
    public static T Sum<T>(this IEnumerable<T> source) where T : struct, INumberBase<T>
    {
        var sum = T.Zero;
        foreach (var item in source) sum = checked(sum + item);
        return sum;
    }

    /// <exception cref="OverflowException">It does not fit in the type.</exception>
    public static TResult Sum<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector)
        where TResult : struct, INumberBase<TResult> => source.Select(selector).Sum();

    /// <exception cref="InvalidOperationException">There is no item.</exception>
    public static T Max<T>(this IEnumerable<T> source) where T : IComparable<T> => source.MaxBy(item => item);

    /// <exception cref="InvalidOperationException">There is no item.</exception>
    public static TResult Max<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector) where TResult : IComparable<TResult> =>
        source.Select(selector).Max();

    /// <summary>The first of the items with the greatest key.</summary>
    /// <exception cref="InvalidOperationException">There is no item.</exception>
    public static T MaxBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) where TKey : IComparable<TKey>
    {
        using var items = source.GetEnumerator();
        if (!items.MoveNext()) throw new InvalidOperationException(Nothing);
        var (best, high) = (items.Current, key(items.Current));
        while (items.MoveNext())
            if (key(items.Current) is var next && next.CompareTo(high) > 0) (best, high) = (items.Current, next);
        return best;
    }

    /// <exception cref="InvalidOperationException">There is no item.</exception>
    public static T Min<T>(this IEnumerable<T> source) where T : IComparable<T>
    {
        using var items = source.GetEnumerator();
        if (!items.MoveNext()) throw new InvalidOperationException(Nothing);
        var least = items.Current;
        while (items.MoveNext())
            if (items.Current.CompareTo(least) < 0) least = items.Current;
        return least;
    }

    /// <exception cref="InvalidOperationException">There is no item.</exception>
    public static TResult Min<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector) where TResult : IComparable<TResult> =>
        source.Select(selector).Min();
}
