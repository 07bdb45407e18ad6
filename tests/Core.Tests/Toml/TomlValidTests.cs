using System.Text;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.Toml;

public class TomlValidTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+99", 99)]
    [InlineData("1_2_3", 123)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9_223_372_036_854_775_808", long.MinValue)]
    [InlineData("0x7FFF_ffff_FFFF_ffff", long.MaxValue)]
    [InlineData("0xdead_BEEF", 0xdeadbeef)]
    [InlineData("0o0755", 493)]
    [InlineData("0b1101", 13)]
    public void An_integer_is_read(string toml, long expected) => Assert.Equal(expected, ((TomlValue.Integer)Value(toml)).Value);

    [Theory]
    [InlineData("+1.0", 1.0)]
    [InlineData("-0.01", -0.01)]
    [InlineData("5e+22", 5e22)]
    [InlineData("1e06", 1e6)]
    [InlineData("-2E-2", -0.02)]
    [InlineData("6.626e-34", 6.626e-34)]
    [InlineData("9_224_617.445_991_228_313", 9224617.445991228313)]
    [InlineData("1e1_0", 1e10)]
    [InlineData("0e0", 0.0)]
    [InlineData("3.0_0", 3.0)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("-nan", double.NaN)]
    public void A_float_is_read(string toml, double expected) => Assert.Equal(expected, ((TomlValue.Float)Value(toml)).Value);

    [Fact]
    public void A_negative_zero_keeps_its_sign() => Assert.True(double.IsNegative(((TomlValue.Float)Value("-0.0")).Value));

    [Theory]
    [InlineData("1979-05-27T07:32:00Z", "offset 1979-05-27T07:32:00.0000000+00:00")]
    [InlineData("1979-05-27 07:32:00z", "offset 1979-05-27T07:32:00.0000000+00:00")]
    [InlineData("1979-05-27t00:32:00.999999-07:00", "offset 1979-05-27T00:32:00.9999990-07:00")]
    [InlineData("2000-02-29T00:00:00+23:59", "offset 2000-02-28T00:01:00.0000000+00:00")]
    [InlineData("1979-05-27T07:32:00-00:00", "offset 1979-05-27T07:32:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "offset 2016-12-31T23:59:59.9999999+00:00")]
    [InlineData("9999-12-31T23:59:59Z", "offset 9999-12-31T23:59:59.0000000+00:00")]
    [InlineData("1979-05-27T00:32:00.123456789", "local 1979-05-27T00:32:00.1234567")]
    [InlineData("1979-05-27 00:32:00", "local 1979-05-27T00:32:00.0000000")]
    [InlineData("2024-02-29", "date 2024-02-29")]
    [InlineData("00:32:00.5", "time 00:32:00.5000000")]
    [InlineData("23:59:59", "time 23:59:59.0000000")]
    public void A_date_or_time_is_read(string toml, string expected) => Assert.Equal(expected, Value(toml) switch
    {
        TomlValue.OffsetDateTime value => $"offset {value.Value:O}",
        TomlValue.LocalDateTime value => $"local {value.Value:O}",
        TomlValue.LocalDate value => $"date {value.Value:O}",
        TomlValue.LocalTime value => $"time {value.Value:O}",
        var other => other.ToString(),
    });

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("''", "")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("''''''", "")]
    [InlineData(@"""\b\t\n\f\r\""\\""", "\b\t\n\f\r\"\\")]
    [InlineData(@"""\u00e9\U0001F600""", "é😀")]
    [InlineData(@"'C:\new\x'", @"C:\new\x")]
    [InlineData("\"a\tb # c\"", "a\tb # c")]
    [InlineData("\"\"\"\r\nx\r\ny\"\"\"", "x\ny")]
    [InlineData("'''\n\nx'''", "\nx")]
    [InlineData("\"\"\"a \\  \r\n \n\t b\"\"\"", "a b")]
    [InlineData("\"\"\"\\\n\"\"\"", "")]
    [InlineData("\"\"\"\"x\"\"\"\"\"", "\"x\"\"")]
    [InlineData("''''x'''''", "'x''")]
    [InlineData("\"\"\"a \"\" b\\\"\"\"\"", "a \"\" b\"")]
    [InlineData("'''a\\\nb'''", "a\\\nb")]
    [InlineData("\"\uFEFF\uFFFF\"", "\uFEFF\uFFFF")]
    public void A_string_is_read(string toml, string expected) => Assert.Equal(expected, ((TomlValue.Text)Value(toml)).Value);

    [Theory]
    [InlineData("", "{}")]
    [InlineData("\uFEFFa = 1", "{a=1}")]
    [InlineData("a = 1 # c\r\nb = true", "{a=1,b=true}")]
    [InlineData("'' = 1\n\"\".b = 2", null)]
    [InlineData("\"\" = 1\n'a.b' = 2\n1.2 = 3", "{=1,a.b=2,1={2=3}}")]
    [InlineData("a . b = 1\na.\tc = 2", "{a={b=1,c=2}}")]
    [InlineData("a = [ # c\n 1,\r\n [2, {b = 3}], # d\n]", "{a=[1,[2,{b=3}]]}")]
    [InlineData("a = []\nb = [[],]\nc = {}\nd = { }", "{a=[],b=[[]],c={},d={}}")]
    [InlineData("a = {b.c = 1, b.d = [\n2\n]}", "{a={b={c=1,d=[2]}}}")]
    [InlineData("[a.b]\nx=1\n[a]\ny=2", "{a={b={x=1},y=2}}")]
    [InlineData("[ a . 'b' ]\n[[ c ]]\n[[c]]\nx=1", "{a={b={}},c=[{},{x=1}]}")]
    [InlineData("[[a]]\n[a.b]\nx=1\n[[a.c]]\n[[a]]\n[a.b]\n[[a.c]]\n[[a.c]]", "{a=[{b={x=1},c=[{}]},{b={},c=[{},{}]}]}")]
    [InlineData("[f]\na.color=1\na.taste.sweet=2\n[f.a.texture]\nx=3", "{f={a={color=1,taste={sweet=2},texture={x=3}}}}")]
    [InlineData("[f]\na.color=1\n[[f.a.seeds]]\nx=2", "{f={a={color=1,seeds=[{x=2}]}}}")]
    [InlineData("[a.b.c]\nx=1\n[a]\nb.d=2", "{a={b={c={x=1},d=2}}}")]
    [InlineData("a.b.c = 1\n[a.d]\nx=2", "{a={b={c=1},d={x=2}}}")]
    [InlineData("[[a.b]]\n[a]\nc=1", "{a={b=[{}],c=1}}")]
    [InlineData("inf = 1\ntrue = 2\n2000-01-01 = 3", "{inf=1,true=2,2000-01-01=3}")]
    public void A_document_is_read(string toml, string? expected)
    {
        var document = Read(toml);
        if (expected is null) Assert.NotEmpty(document.Problems);
        else Assert.Equal((expected, ""), (Shape(document.Root), string.Join(';', document.Problems)));
    }

    [Fact]
    public void Every_value_and_key_knows_its_place_in_characters()
    {
        var root = Read("# é\n[a]\n  'é😀' = 7\nb.c = [1,\n 'x']\n").Root;
        var a = (TomlValue.Table)root["a"]!;
        var c = ((TomlValue.Table)a["b"]!).Entries[0];
        Assert.Equal("2:2 3:3 3:10 4:1 4:3 4:7 4:8 5:2", string.Join(' ', root.Entries[0].KeyAt, a.Entries[0].KeyAt, a.Entries[0].Value.At,
            a.Entries[1].KeyAt, c.KeyAt, c.Value.At, ((TomlValue.List)c.Value).Items[0].At, ((TomlValue.List)c.Value).Items[1].At));
    }

    internal static TomlDocument Read(string toml) => TomlReader.Read(Encoding.UTF8.GetBytes(toml));

    private static TomlValue Value(string toml)
    {
        var document = Read($"v = {toml} # end");
        Assert.Empty(document.Problems);
        return document.Root["v"]!;
    }

    private static string Shape(TomlValue value) => value switch
    {
        TomlValue.Table table => $"{{{string.Join(',', table.Entries.Select(entry => $"{entry.Key}={Shape(entry.Value)}"))}}}",
        TomlValue.List list => $"[{string.Join(',', list.Items.Select(Shape))}]",
        TomlValue.Integer integer => $"{integer.Value}",
        TomlValue.Boolean boolean => boolean.Value ? "true" : "false",
        _ => value.Kind,
    };
}
