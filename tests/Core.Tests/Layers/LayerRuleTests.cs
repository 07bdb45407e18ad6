using Appliance.Core.Layers;

namespace Appliance.Core.Tests.Layers;

/// <summary>The rule over every combination of answers there is, and over random rows of looks.</summary>
public sealed class LayerRuleTests
{
    private static readonly LayerState[] States = Enum.GetValues<LayerState>();

    private static LayerAnswer Answer(LayerState state, int number = 0) =>
        new($"layer{number}", state, TimeSpan.Zero, $"words{number}");

    private static LayerLook Judge(int need, params LayerState[] states) =>
        LayerRule.Judge([.. states.Select((state, number) => Answer(state, number))], need);

    /// <summary>Every row of one to four answers.</summary>
    private static IEnumerable<LayerState[]> EveryRow()
    {
        for (var count = 1; count <= 4; count++)
        for (var code = 0; code < (int)Math.Pow(States.Length, count); code++)
            yield return [.. Enumerable.Range(0, count).Select(at => States[code / (int)Math.Pow(States.Length, at) % States.Length])];
    }

    [Theory]
    [InlineData("AAA", true)]
    [InlineData("FAA", true)]
    [InlineData("FFA", false)]
    [InlineData("FFF", false)]
    [InlineData("FRA", true)] // Who refuses us lives.
    [InlineData("FRU", true)]
    [InlineData("UAA", true)]
    [InlineData("UFA", true)]
    [InlineData("UFF", false)]
    [InlineData("UUF", false)] // Who can only be asked one way is judged by that way.
    [InlineData("UUA", true)]
    [InlineData("UUU", true)] // What is not known kills nobody.
    public void Two_of_three(string row, bool healthy)
    {
        var states = row.Select(letter => letter switch
        {
            'A' => LayerState.Answers, 'R' => LayerState.Refuses, 'F' => LayerState.Fails, _ => LayerState.Unknown,
        });
        Assert.Equal(healthy, Judge(2, [.. states]).Healthy);
    }

    [Fact]
    public void One_more_failure_never_makes_it_healthier_and_one_more_answer_never_sicker()
    {
        foreach (var row in EveryRow())
        for (var need = 1; need <= 4; need++)
        for (var at = 0; at < row.Length; at++)
        {
            var before = Judge(need, row).Healthy;
            Assert.True(before || !Judge(need, With(row, at, LayerState.Fails)).Healthy, $"{string.Join(' ', row)} need {need}");
            Assert.True(!before || Judge(need, With(row, at, LayerState.Answers)).Healthy, $"{string.Join(' ', row)} need {need}");
        }

        static LayerState[] With(LayerState[] row, int at, LayerState state)
        {
            var changed = row.ToArray();
            changed[at] = state;
            return changed;
        }
    }

    [Fact]
    public void All_that_could_be_asked_failing_is_always_a_miss_and_none_failing_never()
    {
        foreach (var row in EveryRow())
        for (var need = 1; need <= 4; need++)
        {
            var look = Judge(need, row);
            var failing = row.Count(state => state == LayerState.Fails);
            var answering = row.Count(state => state is LayerState.Answers or LayerState.Refuses);
            Assert.Equal(failing == 0, look.Whole);
            if (failing == 0) Assert.True(look.Healthy);
            if (failing > 0 && answering == 0) Assert.False(look.Healthy);
            if (failing >= need) Assert.False(look.Healthy);
        }
    }

    [Fact]
    public void The_order_of_the_layers_does_not_matter()
    {
        foreach (var row in EveryRow())
            for (var need = 1; need <= 4; need++)
                Assert.Equal(Judge(need, row).Healthy, Judge(need, [.. row.Reverse()]).Healthy);
    }

    [Fact]
    public void Who_fails_is_named_with_its_reason_and_who_answers_is_not()
    {
        var text = Judge(2, LayerState.Fails, LayerState.Answers, LayerState.Unknown).Text;
        Assert.Equal("1 of 3 layers fail: layer0: words0; layer2: words2", text);
        Assert.Equal("layer0: words0; layer1: words1", Judge(1, LayerState.Answers, LayerState.Answers).Text);
    }

    [Fact]
    public void A_failure_is_told_after_exactly_that_many_misses_in_a_row_and_counted_anew()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var most = random.Next(1, 6);
            var (misses, row) = (0, 0);
            for (var look = 0; look < 50; look++)
            {
                var healthy = random.Next(3) == 0;
                row = healthy ? 0 : row + 1;
                (misses, var failed) = LayerRule.Count(misses, healthy, most);
                Assert.Equal(row == most, failed);
                Assert.Equal(row, misses);
                if (failed) (misses, row) = (0, 0);
            }
        }
    }

    [Fact]
    public void A_count_that_cannot_be_is_our_own_bug()
    {
        Assert.Throws<InvariantException>(() => LayerRule.Count(2, false, 2));
        Assert.Throws<InvariantException>(() => LayerRule.Judge([Answer(LayerState.Fails)], 0));
    }
}
