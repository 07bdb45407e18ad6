using System.Text;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.Toml;

/// <summary>Bytes from anywhere: bounded time, bounded stack, never an exception.</summary>
public class TomlHostileTests
{
    private const string Sample = """
        # comment é
        title = "a\tb\u00e9\U0001F600" # c
        [a.b]
        'lit' = 'C:\x'
        i = [1, -2_0, 0xFF, 0o7, 0b1, [ {x.y = 1, z = {}}, ], # d
          3.5e-3, inf, nan]
        t.u = '''
        l'' '''
        [[c.d]]
        e = 2024-02-29T12:00:00.5+02:00
        f = 10:11:12
        [c.d.g]
        m = \"\"\"a \
            b\"\"\"
        """;

    [Theory]
    [InlineData("a = ", "["), InlineData("", "["), InlineData("a = ", "{a="), InlineData("a = ", "[{b="), InlineData("[", "a.")]
    [InlineData("", "a."), InlineData("a = [", "[\n"), InlineData("a = {", "a.a.a={")]
    public void Deep_nesting_is_refused_in_words(string start, string level)
    {
        var toml = start + string.Concat(Enumerable.Repeat(level, 100_000));
        Assert.NotEmpty(TomlValidTests.Read(toml).Problems);
        var whole = start + string.Concat(Enumerable.Repeat(level, 200)) + (start == "[" ? "a]" : "a=1");
        Assert.NotEmpty(TomlValidTests.Read(whole).Problems);
    }

    [Fact]
    public void As_deep_as_accepted_is_read_and_one_deeper_is_refused()
    {
        static string Nested(int depth) => $"a = {new string('[', depth)}{new string(']', depth)}";
        Assert.Empty(TomlValidTests.Read(Nested(TomlReader.DepthMax)).Problems);
        var problem = Assert.Single(TomlValidTests.Read(Nested(TomlReader.DepthMax + 1)).Problems);
        Assert.Contains("nested deeper", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        Assert.Empty(TomlReader.Read(Filled(Limits.ConfigBytesMax)).Problems);
        var problem = Assert.Single(TomlReader.Read(Filled(Limits.ConfigBytesMax + 1)).Problems);
        Assert.Contains("1048576", problem.Message, StringComparison.Ordinal);
        static byte[] Filled(int length) => [.. Enumerable.Repeat((byte)'\n', length)];
    }

    [Fact]
    public void At_most_a_hundred_problems_are_listed() =>
        Assert.Equal(TomlReader.ProblemsMax, TomlValidTests.Read(string.Concat(Enumerable.Repeat("!\n", 5000))).Problems.Length);

    [Theory]
    [InlineData("k{0}=1\n"), InlineData("[t{0}]\n"), InlineData("[[t]]\nk{0}=1\n"), InlineData("a.b.k{0}=1\n")]
    [InlineData("[a.b{0}.c]\n"), InlineData("v{0}=[[1],\n")]
    [InlineData("\"\"\"\n"), InlineData("v='''\n\\ \\ \\ \\"), InlineData("v=\"\"\"\\ \\ \\ \\{0}")]
    [InlineData("v=1\r"), InlineData("{0}{0}"), InlineData("# \u0001{0}")]
    public void A_file_of_the_largest_size_is_read_in_linear_time(string line)
    {
        var toml = new StringBuilder();
        for (var i = 0; toml.Length < Limits.ConfigBytesMax - 64; i++) toml.Append(line.Replace("{0}", $"{i}", StringComparison.Ordinal));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        TomlValidTests.Read(toml.ToString());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20); // about 1 s on a busy machine; anything quadratic takes many minutes
    }

    [Fact]
    public void Two_hundred_thousand_random_and_mutated_files_never_throw()
    {
        var random = new Random(20260704);
        var sample = Encoding.UTF8.GetBytes(Sample.Replace("\\\"", "\"", StringComparison.Ordinal));
        Assert.Empty(TomlReader.Read(sample).Problems);
        for (var i = 0; i < 200_000; i++)
        {
            var document = TomlReader.Read(i % 4 == 0 ? Noise(random) : Mutated(random, sample));
            Assert.True(document.Problems.Length <= TomlReader.ProblemsMax);
        }
    }

    private static byte[] Noise(Random random)
    {
        const string letters = "[]{}=.,'\"\\#\n\r \ta1_-+e0x:TZué";
        var noise = new byte[random.Next(60)];
        if (random.Next(3) == 0) random.NextBytes(noise);
        else for (var i = 0; i < noise.Length; i++) noise[i] = (byte)letters[random.Next(letters.Length)];
        return noise;
    }

    private static byte[] Mutated(Random random, byte[] sample)
    {
        var start = random.Next(sample.Length);
        var bytes = sample[start..Math.Min(sample.Length, start + random.Next(160))];
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? sample[random.Next(sample.Length)] : (byte)random.Next(256);
        return bytes;
    }
}
