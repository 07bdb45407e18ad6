using System.Text;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.Toml;

public class TomlInvalidTests
{
    [Theory]
    [InlineData("01"), InlineData("-01"), InlineData("+0_1"), InlineData("1__2"), InlineData("_1"), InlineData("1_"), InlineData("+")]
    [InlineData("--1")]
    [InlineData("9223372036854775808"), InlineData("-9223372036854775809"), InlineData("0x8000000000000000")]
    [InlineData("0o1000000000000000000000")]
    [InlineData("+0x1"), InlineData("-0b1"), InlineData("0X1"), InlineData("0x"), InlineData("0x_1"), InlineData("0b2")]
    [InlineData("0o8"), InlineData("0xg")]
    [InlineData("1."), InlineData(".1"), InlineData("+.5"), InlineData("1.e2"), InlineData("1._2"), InlineData("1_.2")]
    [InlineData("01.5"), InlineData("1e")]
    [InlineData("1e_2"), InlineData("1e2.3"), InlineData("1.2.3"), InlineData("1e+-2"), InlineData("Inf"), InlineData("++inf")]
    [InlineData("NaN"), InlineData("infinity")]
    [InlineData("True"), InlineData("FALSE"), InlineData("yes"), InlineData("nil"), InlineData("text"), InlineData("1 2")]
    [InlineData("٣"), InlineData("0x1.5p3")]
    public void A_malformed_scalar_is_refused(string toml) => Refused($"v = {toml}");

    [Theory]
    [InlineData("2023-02-29"), InlineData("1900-02-29"), InlineData("2024-13-01"), InlineData("2024-00-01"), InlineData("2024-01-00")]
    [InlineData("2024-04-31")]
    [InlineData("0000-01-01"), InlineData("2024-1-01"), InlineData("24-01-01"), InlineData("10000-01-01"), InlineData("2024-01-01T")]
    [InlineData("2024-01-01x10:00:00")]
    [InlineData("2024-01-01T10:00"), InlineData("10:00"), InlineData("24:00:00"), InlineData("10:60:00"), InlineData("10:00:61")]
    [InlineData("10:00:00."), InlineData("1:00:00")]
    [InlineData("10:00:00Z"), InlineData("2024-01-01T10:00:00+1:00"), InlineData("2024-01-01T10:00:00+24:00")]
    [InlineData("2024-01-01T10:00:00+01:60")]
    [InlineData("2024-01-01T10:00:00+0100"), InlineData("2024-01-01T10:00:00.Z"), InlineData("2024-01-01T10:00:00ZZ")]
    [InlineData("2024-01-01  10:00:00")]
    [InlineData("2024-01-01T 10:00:00"), InlineData("0001-01-01T00:00:00+01:00"), InlineData("2024-01-01Z")]
    [InlineData("2024-01-01T10:00:00 Z"), InlineData("2024-01-01\t10:00:00")]
    public void A_malformed_date_or_time_is_refused(string toml) => Refused($"v = {toml}");

    [Theory]
    [InlineData(@"""\e"""), InlineData(@"""\x41"""), InlineData(@"""\u12"""), InlineData(@"""\uD800"""), InlineData(@"""\U00110000""")]
    [InlineData(@"""\U0001F60""")]
    [InlineData(@"""\"), InlineData("\"a\nb\""), InlineData("'a\nb'"), InlineData("\"a"), InlineData("'a"), InlineData("\"\"\"a\"\"")]
    [InlineData("'''a''")]
    [InlineData("\"\"\"a\"\"\"\"\"\""), InlineData("'''a''''''"), InlineData("\"a\u0001\""), InlineData("'a\u007f'")]
    [InlineData("'''a\u0000'''"), InlineData("\"\"\"a\rb\"\"\"")]
    [InlineData("\"\"\"\\ x\"\"\""), InlineData("\"\"\"a \\ \"\"\""), InlineData("\"a\rb\""), InlineData("'a' 'b'")]
    [InlineData("\"\"\"\\\r\"\"\"")]
    public void A_malformed_string_is_refused(string toml) => Refused($"v = {toml}");

    [Theory]
    [InlineData("a"), InlineData("a ="), InlineData("= 1"), InlineData("a = = 1"), InlineData("a.b. = 1"), InlineData(".a = 1")]
    [InlineData("a..b = 1"), InlineData("a b = 1")]
    [InlineData("é = 1"), InlineData("a = 1 b = 2"), InlineData("\"\"\"a\"\"\" = 1"), InlineData("'''a''' = 1"), InlineData("a\n= 1")]
    [InlineData("a =\n1"), InlineData("a: 1")]
    [InlineData("[]"), InlineData("[a"), InlineData("[a]]"), InlineData("[[a]"), InlineData("[[a] ]"), InlineData("[ [a]]")]
    [InlineData("[a.]"), InlineData("[a] b = 1"), InlineData("[a\n]")]
    [InlineData("a = [1 2]"), InlineData("a = [,]"), InlineData("a = [1,,2]"), InlineData("a = ["), InlineData("a = [1")]
    [InlineData("a = 1]"), InlineData("a = [1}")]
    [InlineData("a = {b = 1,}"), InlineData("a = {,}"), InlineData("a = {b = 1\n}"), InlineData("a = {\n}")]
    [InlineData("a = {b = 1 c = 2}"), InlineData("a = {b = 1 # c\n}")]
    [InlineData("a = {"), InlineData("a = {b}"), InlineData("a = {b = 1, b = 2}"), InlineData("a = {b = 1, b.c = 2}")]
    [InlineData("a = {b = {}, b.c = 2}"), InlineData("a = {b.c = 2, b = {}}")]
    [InlineData("# \u0001"), InlineData("# \u007f"), InlineData("# a\rb"), InlineData("a = 1\rb = 2"), InlineData("\r")]
    [InlineData("\f"), InlineData("a = 1\u0000"), InlineData("a = 1 \uFEFF")]
    [InlineData("\uFEFF\uFEFFa = 1"), InlineData("a\u00a0= 1"), InlineData("a = [1\u000b]"), InlineData("a = [ # \u0002\n]")]
    public void A_malformed_document_is_refused(string toml) => Refused(toml);

    [Theory]
    [InlineData("a = 1\na = 2"), InlineData("a = 1\n'a' = 2"), InlineData("a = 1\na.b = 2"), InlineData("a.b = 1\na = 2")]
    [InlineData("a.b.c = 1\na.b = 2")]
    [InlineData("[a]\n[a]"), InlineData("[a]\n[a.b]\n[a]"), InlineData("[a.b]\n[a]\n[a]"), InlineData("a = 1\n[a]")]
    [InlineData("a = 1\n[a.b]"), InlineData("[a]\nb=1\n[a.b]")]
    [InlineData("a.b = 1\n[a]"), InlineData("a.b.c = 1\n[a.b]"), InlineData("[a]\nb.c = 1\n[a.b]"), InlineData("[a]\nb.c = 1\n[[a.b]]")]
    [InlineData("[a.b]\n[a]\nb.c = 1")]
    [InlineData("[a.b.c]\n[a]\nb.c.d = 1"), InlineData("[a.b.c]\n[a]\nb.d = 1\n[a.b]"), InlineData("[[a.b]]\n[a]\nb.c = 1")]
    [InlineData("[a.b]\n[a]\nb = 1")]
    [InlineData("[a]\n[[a]]"), InlineData("[[a]]\n[a]"), InlineData("[a.b]\n[[a]]"), InlineData("a = []\n[[a]]")]
    [InlineData("a = [{}]\n[a.b]"), InlineData("a = [{}]\n[[a.b]]")]
    [InlineData("a = {}\n[a]"), InlineData("a = {}\n[a.b]"), InlineData("a = {}\na.b = 1"), InlineData("a = {b = {}}\na.b.c = 1")]
    [InlineData("a = {b = {}}\n[a.b.c]"), InlineData("a = {}\n[[a]]")]
    [InlineData("[[a]]\n[a.b]\n[[a.b]]"), InlineData("[[a]]\n[[a.b]]\n[a.b]"), InlineData("[[a]]\nb = 1\n[a.b]")]
    [InlineData("[[a]]\n[a.b]\n[a.b]")]
    public void A_second_definition_is_refused(string toml) => Refused(toml);

    [Theory]
    [InlineData("a = tru\n", "1:5 found 'tru'; expected a value; text stands in quotes, booleans are true and false in small letters")]
    [InlineData("[x]\ny = 1\n[x]\n", "3:2 'x' cannot be opened as a table: it is already a table, since line 1")]
    [InlineData("a = [1 2]", "1:8 found '2'; expected ',' or ']' in the array opened in line 1")]
    [InlineData("a = \"x\n", "1:7 found the end of the line; expected the string's closing '\"' on the same line")]
    [InlineData("d = 2023-02-29", "1:5 found '2023-02-29'; the day lies between 01 and 28 in 2023-02")]
    [InlineData("😀 = 1", "1:1 found '😀'; expected a key: letters, digits, '_' and '-', anything else in quotes")]
    public void A_problem_says_where_what_was_found_and_what_is_accepted(string toml, string expected)
    {
        var problem = Assert.Single(TomlValidTests.Read(toml).Problems);
        Assert.Equal(expected, $"{problem.At} {problem.Message}");
    }

    [Fact]
    public void One_run_shows_the_problems_of_all_lines()
    {
        const string toml = "a = 1\nb = \nc = yes\n[d\ne = [\n  'x',\n  y z,\n  'w',\n]\n"
            + "f = \"\\q\"\ng = 1\n[a]\nh = 1\nh = 2\n[i]\nj = 1\nj = 2\n";
        var document = TomlValidTests.Read(toml);
        Assert.Equal([2, 3, 4, 7, 7, 10, 12, 14, 17], document.Problems.Select(problem => problem.At.Line));
        Assert.Equal(1, Assert.IsType<TomlValue.Integer>(document.Root["a"]).Value);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_at_their_place()
    {
        foreach (var bad in new byte[][] { [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80] })
        {
            var problem = Assert.Single(TomlReader.Read([.. Encoding.UTF8.GetBytes("a = 1\n# é"), .. bad]).Problems);
            Assert.Equal(new TomlPosition(2, 4), problem.At);
        }
    }

    private static void Refused(string toml) => Assert.NotEmpty(TomlValidTests.Read(toml).Problems);
}
