using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.ConfigurationTests;

public sealed class KeyFileTests
{
    private static readonly string Secret = new('a', 64);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var secret = Enumerable.Range(1, 32).Select(part => (byte)part).ToArray();
        var text = KeyFile.Write(7, secret);
        var keys = KeyFile.Read(Encoding.UTF8.GetBytes(text)).Keys;
        Assert.NotNull(keys);
        Assert.Equal(7, keys.Sending.Id);
        Assert.Equal(secret, keys.Sending.Secret.ToArray());
    }

    [Fact]
    public void The_first_key_sends_and_comments_do_not_count()
    {
        var result = Read($"# keys\n\n  9 hmac-sha256 {Secret} # new\r\n1\thmac-sha256\t{Secret.Replace('a', 'B')}\n");
        Assert.NotNull(result.Keys);
        Assert.Equal((9, 2), (result.Keys.Sending.Id, result.Keys.All.Length));
    }

    [Theory]
    [InlineData("", 1, "there is no key in it")]
    [InlineData("# only\n", 1, "there is no key in it")]
    [InlineData("0 hmac-sha256 S", 1, "not one of 1 to 255")]
    [InlineData("256 hmac-sha256 S", 1, "not one of 1 to 255")]
    [InlineData("\n+1 hmac-sha256 S", 2, "not one of 1 to 255")]
    [InlineData("1 hmac-md5 S", 1, "is not hmac-sha256")]
    [InlineData("1 S", 1, "found 2 words")]
    [InlineData("1 hmac-sha256 S S", 1, "found 4 words")]
    [InlineData("1 hmac-sha256 Sa", 1, "even number of hexadecimal digits")]
    [InlineData("1 hmac-sha256 Szz", 1, "even number of hexadecimal digits")]
    [InlineData("1 hmac-sha256 aabb", 1, "2 bytes; expected 32 to 64")]
    [InlineData("1 hmac-sha256 SSS", 1, "96 bytes; expected 32 to 64")]
    [InlineData("1 hmac-sha256 S\n1 hmac-sha256 S", 2, "key 1 is already in line 1")]
    [InlineData("\u00fc", 1, "not plain text")]
    public void Unusable_lines_are_told(string text, int line, string words)
    {
        var result = Read(text.Replace("S", Secret, StringComparison.Ordinal));
        Assert.Null(result.Keys);
        var problem = Assert.Single(result.Problems);
        Assert.Equal(line, problem.Line);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaa", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal([1, 3], Read($"x\n1 hmac-sha256 {Secret}\n2 hmac-sha256 aa\n").Problems.Select(problem => problem.Line));

    [Fact]
    public void Few_keys_are_valid_at_once() =>
        Assert.Contains("at most 4", Assert.Single(Read(string.Concat(
            Enumerable.Range(1, 5).Select(id => $"{id} hmac-sha256 {Secret}\n"))).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Assert.Null(KeyFile.Read(bytes).Keys);
        }

        Assert.Null(KeyFile.Read(new byte[KeyFile.BytesMax + 1]).Keys);
    }

    private static KeyFileResult Read(string text) => KeyFile.Read(Encoding.UTF8.GetBytes(text));
}
