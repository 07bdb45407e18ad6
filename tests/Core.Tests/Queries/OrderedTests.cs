using Library = System.Linq.Enumerable;
using Ours = Appliance.Selection;

namespace Appliance.Core.Tests.Queries;

/// <summary>Sorting as the library sorts: by all keys in turn, and equals stay in their order.</summary>
public sealed class OrderedTests
{
    [Fact]
    public void Any_sequence_is_sorted_as_by_the_library()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var numbers = new int[random.Next(40)];
            for (var at = 0; at < numbers.Length; at++) numbers[at] = random.Next(-20, 20);
            var items = Ours.ToArray(Ours.Select(numbers, (number, at) => (Number: number % 7, Word: $"{number % 3}", At: at)));
            Assert.Equal(Library.Order(numbers), Ours.Order(numbers));
            Assert.Equal(Library.OrderBy(items, item => item.Number), Ours.OrderBy(items, item => item.Number));
            Assert.Equal(Library.OrderByDescending(items, item => item.Number), Ours.OrderByDescending(items, item => item.Number));
            Assert.Equal(
                Library.ThenBy(Library.OrderBy(items, item => item.Word, StringComparer.Ordinal), item => item.Number),
                Ours.OrderBy(items, item => item.Word, StringComparer.Ordinal).ThenBy(item => item.Number));
            Assert.Equal(
                Library.ThenBy(Library.ThenBy(Library.OrderBy(items, item => item.Number), item => item.Word.Length), item => -item.At),
                Ours.OrderBy(items, item => item.Number).ThenBy(item => item.Word.Length).ThenBy(item => -item.At));
        }
    }

    /// <summary>Long enough for every way of sorting that the library of the day has.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Equals_stay_in_their_order(int count)
    {
        var items = Ours.Select(Ours.Range(0, count), number => (Key: number % 3, number));
        Assert.Equal(Library.OrderBy(items, item => item.Key), Ours.OrderBy(items, item => item.Key));
        Assert.Equal(Library.OrderByDescending(items, item => item.Key), Ours.OrderByDescending(items, item => item.Key));
    }

    [Fact]
    public void Comparers_are_asked_and_null_is_least()
    {
        string?[] words = ["b", "A", null, "a", "B"];
        Assert.Equal([null, "A", "B", "a", "b"], Ours.Order(words, StringComparer.Ordinal));
        Assert.Equal([null, "A", "a", "b", "B"], Ours.Order(words, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_source_is_read_when_the_order_is_read()
    {
        var list = new List<int> { 2, 1 };
        var order = Ours.Order(list);
        list.Add(0);
        Assert.Equal([0, 1, 2], order);
        list.Clear();
        Assert.Empty(order);
    }
}
