using System.Text;
using Appliance.Agent.Live;

namespace Appliance.Agent.Tests.Live;

public class KeyInputTests
{
    private static List<Key> Keys(KeyInput input, string bytes) =>
        [.. Encoding.Latin1.GetBytes(bytes).Select(input.Take).Where(key => key != Key.None)];

    [Theory]
    [InlineData("q", Key.Quit)]
    [InlineData("Q", Key.Quit)]
    [InlineData("\f", Key.Redraw)]
    [InlineData("\e[A", Key.Up)]
    [InlineData("\eOB", Key.Down)]
    [InlineData("\e[1;5A", Key.Up)]
    [InlineData("\e[5~", Key.PageUp)]
    [InlineData("\e[6~", Key.PageDown)]
    [InlineData("\e\e[A", Key.Up)]
    [InlineData("\e[12\e[B", Key.Down)]
    public void A_key_is_known(string bytes, Key key) => Assert.Equal([key], Keys(new KeyInput(), bytes));

    [Theory]
    [InlineData("\e[1;2R")]
    [InlineData("\e[24R")]
    [InlineData("\e[;R")]
    [InlineData("\e[99999999999;99999999999R")]
    [InlineData("\e[2;80R")]
    [InlineData("\e[3~\e[15~\e[Z\eq\u00c3\u00a4x")]
    public void What_is_no_key_and_no_size_is_nothing(string bytes) => Assert.Empty(Keys(new KeyInput(), bytes));

    [Fact]
    public void A_size_comes_in_any_pieces_between_keys()
    {
        var input = new KeyInput();
        Assert.Equal([Key.Up, Key.Size, Key.Down], Keys(input, "\e[A\e[37;111R\e[B"));
        Assert.Equal((111, 37), (input.Columns, input.Rows));
    }

    [Fact]
    public void No_bytes_make_it_fall_over_or_stick()
    {
        var random = new Random(3);
        var input = new KeyInput();
        for (var i = 0; i < 200_000; i++)
        {
            _ = input.Take((byte)(random.Next(3) == 0 ? "\e[O;R~0189"[random.Next(10)] : random.Next(256)));
            if (i % 1000 == 0) Assert.Equal(Key.Quit, Keys(input, "\e[Zq").Last());
        }
    }

    [Theory]
    [InlineData("80x24", 80, 24)]
    [InlineData("132x50", 132, 50)]
    public void A_size_is_read(string text, int columns, int rows) => Assert.Equal((columns, rows), WindowSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("x24")]
    [InlineData("80x")]
    [InlineData("80x24x7")]
    [InlineData("-80x24")]
    [InlineData("0x0")]
    [InlineData("9999999999x24")]
    [InlineData("10x10")]
    public void A_wrong_size_is_refused(string text) => Assert.Null(WindowSize.Parse(text));
}
