namespace Appliance;

/// <summary>
/// <c>Select</c> for all of our code, in the place of the library's: namespaces are searched from the inside out, so this one is found
/// first. The library's is a generic virtual method: ahead of time it is compiled for every pair of a value type that anybody selects from
/// and a value type that anybody selects, which was a quarter of the executable (docs/decisions/0003-native-aot-settings.md).
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
}
