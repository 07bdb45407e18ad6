namespace Appliance;

/// <summary>
/// The queries that almost every file makes, in the place of the library's: namespaces are searched from the inside out, so these are found
/// first. The library's iterators have generic virtual methods: ahead of time these are compiled for every pair of a value type that
/// anybody selects from and a value type that anybody selects (docs/decisions/0003-native-aot-settings.md has the figures).
/// </summary>
public static class Selection
{
    /// <summary>As <see cref="Enumerable.Select{TSource,TResult}(IEnumerable{TSource},Func{TSource,TResult})"/>.</summary>
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

    /// <summary>As <see cref="Enumerable.SelectMany{TSource,TResult}(IEnumerable{TSource},Func{TSource,IEnumerable{TResult}})"/>.</summary>
    public static IEnumerable<TResult> SelectMany<TSource, TResult>(
        this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)
    {
        foreach (var item in source)
            foreach (var part in selector(item)) yield return part;
    }

    /// <summary>As <see cref="Enumerable.Where{TSource}(IEnumerable{TSource},Func{TSource,bool})"/>.</summary>
    public static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (var item in source)
            if (predicate(item)) yield return item;
    }

    /// <summary>As <see cref="Enumerable.Skip{TSource}"/>.</summary>
    public static IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)
    {
        foreach (var item in source)
        {
            if (count <= 0) yield return item;
            else count--;
        }
    }

    /// <summary>As <see cref="Enumerable.Take{TSource}(IEnumerable{TSource},int)"/>.</summary>
    public static IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)
    {
        if (count <= 0) yield break;
        foreach (var item in source)
        {
            yield return item;
            if (--count == 0) yield break;
        }
    }

    /// <summary>As <see cref="Enumerable.Concat{TSource}"/>.</summary>
    public static IEnumerable<T> Concat<T>(this IEnumerable<T> first, IEnumerable<T> second)
    {
        foreach (var item in first) yield return item;
        foreach (var item in second) yield return item;
    }

    /// <summary>As <see cref="Enumerable.Append{TSource}"/>.</summary>
    public static IEnumerable<T> Append<T>(this IEnumerable<T> source, T last)
    {
        foreach (var item in source) yield return item;
        yield return last;
    }

    /// <summary>As <see cref="Enumerable.Prepend{TSource}"/>.</summary>
    public static IEnumerable<T> Prepend<T>(this IEnumerable<T> source, T first)
    {
        yield return first;
        foreach (var item in source) yield return item;
    }

    /// <summary>As <see cref="Enumerable.Distinct{TSource}(IEnumerable{TSource})"/>.</summary>
    public static IEnumerable<T> Distinct<T>(this IEnumerable<T> source)
    {
        var seen = new HashSet<T>();
        foreach (var item in source)
            if (seen.Add(item)) yield return item;
    }
}
