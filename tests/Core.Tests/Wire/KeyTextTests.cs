using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

public class KeyTextTests
{
    private static readonly string Secret = new('a', 64);

    [Fact]
    public void Written_key_is_read_back()
    {
        var keys = KeyText.Parse(KeyText.Write(3, Samples.FirstKey.Secret.AsSpan()), out var problem);
        Assert.Equal("", problem);
        Assert.Equal(3, keys!.Sending.Id);
        Assert.Equal(Samples.FirstKey.Secret.ToArray(), keys.Sending.Secret.ToArray());
    }

    [Fact]
    public void First_key_signs_and_all_are_found()
    {
        var keys = KeyText.Parse($"# keys\n9 {Secret} # new\n\n 1\t{Secret}\r\n", out _);
        Assert.Equal(9, keys!.Sending.Id);
        Assert.NotNull(keys.Find(1));
        Assert.Null(keys.Find(2));
    }

    [Theory]
    [InlineData("", "there is no key")]
    [InlineData("1", "line 1: 1 words")]
    [InlineData("300 aa", "not one of 0 to 255")]
    [InlineData("-1 aa", "not one of 0 to 255")]
    [InlineData("1 xyz", "hexadecimal")]
    [InlineData("1 aabb", "2 bytes; 32 to 64")]
    public void Unusable_file_says_why(string text, string words)
    {
        Assert.Null(KeyText.Parse(text, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_numbers_are_unique_and_few()
    {
        Assert.Null(KeyText.Parse($"1 {Secret}\n1 {Secret}\n", out var twice));
        Assert.Contains("line 2: key 1 appears twice", twice, StringComparison.Ordinal);
        Assert.Null(KeyText.Parse(string.Concat(Enumerable.Range(1, 5).Select(id => $"{id} {Secret}\n")), out var many));
        Assert.Contains("at most 4", many, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_is_never_quoted()
    {
        Assert.Null(KeyText.Parse($"1 {Secret}zz\n", out var problem));
        Assert.DoesNotContain("aaaa", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_algorithm_may_be_named()
    {
        var keys = KeyText.Parse($"9 hmac-sha256 {Secret}\n", out var problem);
        Assert.True(keys is not null, problem);
        Assert.Equal(9, keys.Sending.Id);
        Assert.Null(KeyText.Parse($"9 hmac-md5 {Secret}\n", out _));
    }
}
