using System.Collections.Immutable;
using Library = System.Linq.Enumerable;
using Ours = Appliance.Selection;

namespace Appliance.Core.Tests.Queries;

/// <summary>Our queries give what the library's give.</summary>
public sealed class SelectionTests
{
    /// <summary>None, one, some with doubles, and none that is an array or a list.</summary>
    public static TheoryData<IEnumerable<int>> Sources =>
        [[], [7], [3, 1, 2, 3, 1, 3], new List<int> { 5, 4, 5 }, Lazy([2, 9, 2, 4, 4, 1, 8, 8, 3])];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Parts_are_the_library_s(IEnumerable<int> source)
    {
        foreach (var count in new[] { -1, 0, 1, 2, 100 })
        {
            Assert.Equal(Library.Skip(source, count), Ours.Skip(source, count));
            Assert.Equal(Library.Take(source, count), Ours.Take(source, count));
        }

        Assert.Equal(Library.Where(source, IsOdd), Ours.Where(source, IsOdd));
        Assert.Equal(Library.Where(source, (_, at) => at % 2 == 0), Ours.Where(source, (_, at) => at % 2 == 0));
        Assert.Equal(Library.SkipWhile(source, IsOdd), Ours.SkipWhile(source, IsOdd));
        Assert.Equal(Library.TakeWhile(source, IsOdd), Ours.TakeWhile(source, IsOdd));
        Assert.Equal(Library.Chunk(source, 2), Ours.Chunk(source, 2));
        Assert.Equal(Library.Chunk(source, 3), Ours.Chunk(source, 3));
        Assert.Equal(Library.Reverse(source), Ours.Backwards(Ours.ToArray(source)));
        Assert.Equal(Library.Select(source, (item, at) => item * at), Ours.Select(source, (item, at) => item * at));
        Assert.Equal(
            Library.SelectMany(source, item => Library.Repeat(item, item)), Ours.SelectMany(source, item => Ours.Repeat(item, item)));
        Assert.Equal(
            Library.SelectMany(source, (item, at) => Library.Range(at, item)), Ours.SelectMany(source, (item, at) => Ours.Range(at, item)));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void What_is_put_together_is_the_library_s(IEnumerable<int> source)
    {
        int[] other = [3, 3, 8, 11];
        Assert.Equal(Library.Concat(source, other), Ours.Concat(source, other));
        Assert.Equal(Library.Append(source, 6), Ours.Append(source, 6));
        Assert.Equal(Library.Prepend(source, 6), Ours.Prepend(source, 6));
        Assert.Equal(Library.Zip(source, other), Ours.Zip(source, other));
        Assert.Equal(Library.Zip(other, source), Ours.Zip(other, source));
        Assert.Equal(Library.Zip(source, other, (one, two) => one - two), Ours.Zip(source, other, (one, two) => one - two));
        Assert.Equal(Library.DefaultIfEmpty(source, 6), Ours.DefaultIfEmpty(source, 6));
        Assert.Equal(Library.Distinct(source), Ours.Distinct(source));
        Assert.Equal(Library.DistinctBy(source, IsOdd), Ours.DistinctBy(source, IsOdd));
        Assert.Equal(Library.Except(source, other), Ours.Except(source, other));
        Assert.Equal(Library.Union(source, other), Ours.Union(source, other));
        Assert.Equal(
            Library.Select(Library.GroupBy(source, IsOdd, item => item + 1), group => (group.Key, string.Join(' ', group))),
            Ours.Select(Ours.GroupBy(source, IsOdd, item => item + 1), group => (group.Key, string.Join(' ', group))));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Answers_are_the_library_s(IEnumerable<int> source)
    {
        var fixedSource = ImmutableArray.CreateRange(source);
        Same(() => Library.First(source), () => Ours.First(source));
        Same(() => Library.First(source, IsEven), () => Ours.First(source, IsEven), () => Ours.First(fixedSource, IsEven));
        Same(() => Library.FirstOrDefault(source), () => Ours.FirstOrDefault(source));
        Same(() => Library.FirstOrDefault(source, 77), () => Ours.FirstOrDefault(source, 77));
        Same(() => Library.FirstOrDefault(source, IsEven), () => Ours.FirstOrDefault(source, IsEven),
            () => Ours.FirstOrDefault(fixedSource, IsEven));
        Same(() => Library.FirstOrDefault(source, IsEven, 77), () => Ours.FirstOrDefault(source, IsEven, 77));
        Same(() => Library.LastOrDefault(source), () => Ours.LastOrDefault(fixedSource));
        Same(() => Library.LastOrDefault(source, IsEven), () => Ours.LastOrDefault(source, IsEven));
        Same(() => Library.Single(source, IsEven), () => Ours.Single(source, IsEven));
        Same(() => Library.Single(source, item => item == 7), () => Ours.Single(source, item => item == 7));
        Same(() => Library.Any(source), () => Ours.Any(source));
        Same(() => Library.Any(source, IsEven), () => Ours.Any(source, IsEven), () => Ours.Any(fixedSource, IsEven));
        Same(() => Library.All(source, IsOdd), () => Ours.All(source, IsOdd), () => Ours.All(fixedSource, IsOdd));
        Same(() => Library.Contains(source, 9), () => Ours.Contains(source, 9));
        Same(() => Library.Contains(source, 7), () => Ours.Contains(source, 7));
        Same(() => Library.Count(source), () => Ours.Count(source));
        Same(() => Library.Count(source, IsOdd), () => Ours.Count(source, IsOdd));
        Same(() => Library.Sum(source), () => Ours.Sum(source));
        Same(() => Library.Sum(source, item => (long)item), () => Ours.Sum(source, item => (long)item));
        Same(() => Library.Aggregate(source, 2, (sum, item) => (sum * 3) + item),
            () => Ours.Aggregate(source, 2, (sum, item) => (sum * 3) + item));
        Same(() => Library.Max(source), () => Ours.Max(source));
        Same(() => Library.Max(source, item => -item), () => Ours.Max(source, item => -item));
        Same(() => Library.Min(source), () => Ours.Min(source));
        Same(() => Library.Min(source, item => -item), () => Ours.Min(source, item => -item));
        Same(() => Library.MaxBy(source, item => item % 5), () => Ours.MaxBy(source, item => item % 5));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Collections_are_the_library_s(IEnumerable<int> source)
    {
        Assert.Equal(Library.ToArray(source), Ours.ToArray(source));
        Assert.Equal(Library.ToList(source), Ours.ToList(source));
        Assert.Equal(Library.ToArray(source), Ours.ToImmutableArray(source));
        Assert.Equal(Library.ToHashSet(source), Ours.ToHashSet(source));
        Same(() => Library.ToDictionary(source, item => item, item => -item).Count,
            () => Ours.ToDictionary(source, item => item, item => -item).Count);
        Same(() => Library.ToDictionary(source, item => item)[7], () => Ours.ToDictionary(source, item => item)[7]);
    }

    [Fact]
    public void A_copy_is_a_copy()
    {
        int[] source = [1, 2, 3];
        Assert.NotSame(source, Ours.ToArray(source));
        source[0] = 9;
        Assert.Equal([9, 2, 3], Ours.ToArray((IEnumerable<int>)source));
    }

    [Fact]
    public void Comparers_are_asked()
    {
        string[] words = ["a", "B", "A"];
        Assert.Equal(2, Ours.ToHashSet(words, StringComparer.OrdinalIgnoreCase).Count);
        Assert.Equal(["a", "b"], Ours.Select(Ours.GroupBy(words, word => word, StringComparer.OrdinalIgnoreCase), group => group.Key
            .ToLowerInvariant()));
        Assert.Equal([1, 2, 3], Ours.OfType<int>(new object?[] { 1, "x", 2, null, 3 }));
    }

    [Fact]
    public void A_sum_that_does_not_fit_is_told() =>
        Assert.Throws<OverflowException>(() => Ours.Sum(new[] { int.MaxValue, 1 }));

    /// <summary>What comes behind the answer may be endless, or dear.</summary>
    [Fact]
    public void Nothing_is_read_before_or_beyond_what_is_asked_for()
    {
        var read = 0;
        IEnumerable<int> Counting()
        {
            while (true) yield return ++read;
        }

        var asked = Ours.Concat(Ours.Where(Ours.Select(Counting(), item => item * 2), item => item > 4), Counting());
        asked = Ours.TakeWhile(Ours.Append(Ours.DistinctBy(Ours.Prepend(asked, 0), item => item), 1), item => item < 100);
        Assert.Equal(0, read);
        Assert.Equal(6, Ours.First(asked, item => item > 0));
        Assert.Equal(3, read);
        Assert.True(Ours.Any(Counting()));
        Assert.Equal([5, 6], Ours.Take(Counting(), 2));
        Assert.Equal(6, read);
    }

    private static IEnumerable<int> Lazy(int[] items)
    {
        foreach (var item in items) yield return item;
    }

    private static bool IsOdd(int item) => item % 2 == 1;

    private static bool IsEven(int item) => !IsOdd(item);

    /// <summary>The same answer, or the same kind of exception.</summary>
    private static void Same<T>(Func<T> library, params Func<T>[] ours)
    {
        var expected = Outcome(library);
        foreach (var one in ours) Assert.Equal(expected, Outcome(one));
    }

    private static object? Outcome<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            return refusal.GetType();
        }
    }
}
