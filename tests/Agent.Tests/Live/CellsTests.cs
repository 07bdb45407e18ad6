using System.Text;
using Appliance.Agent.Live;

namespace Appliance.Agent.Tests.Live;

public class CellsTests
{
    [Theory]
    [InlineData("plain", "plain", 5)]
    [InlineData("a\tb\nc", "a b c", 5)]
    [InlineData("\e[2J\a\u009b", "?[2J??", 6)]
    [InlineData("73 °C", "73 °C", 5)]
    [InlineData("日本", "日本", 4)]
    [InlineData("ｆｕｌｌ", "ｆｕｌｌ", 8)]
    [InlineData("한국", "한국", 4)]
    [InlineData("e\u0301e\u0301\u0302\u0303\u0304", "e\u0301e\u0301\u0302", 2)]
    [InlineData("\u0301a", "a", 1)]
    [InlineData("a\u200db\u202ec\u2066d\u00ade", "abcde", 5)]
    [InlineData("👍🏽 ⚡ ☎️", "? ? ?", 5)]
    [InlineData("a\u2028b\u3000c", "a b c", 5)]
    [InlineData("●█", "●█", 2)]
    [InlineData("\ue000\u1160", "??", 2)]
    public void Text_becomes_cells_that_every_terminal_agrees_on(string text, string tame, int cells)
    {
        Assert.Equal(tame, Cells.Tame(text, utf8: true));
        Assert.Equal(cells, Cells.Count(tame));
    }

    [Fact]
    public void Half_a_letter_is_a_question_mark() => Assert.Equal("?x?", Cells.Tame("\ud800x\udc00", utf8: true));

    [Theory]
    [InlineData("73 °C", "73 C")]
    [InlineData("Müller 日本 e\u0301", "M?ller ?? e")]
    public void Without_utf8_nothing_but_ascii_is_left(string text, string tame) => Assert.Equal(tame, Cells.Tame(text, utf8: false));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd~")]
    [InlineData("日本語", 5, "日本~")]
    [InlineData("日本語", 4, "日~")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301~")]
    [InlineData("abc", 1, "~")]
    [InlineData("abc", 0, "")]
    public void A_cut_text_says_so(string text, int columns, string cut) => Assert.Equal(cut, Cells.Cut(text, columns));

    [Fact]
    public void Any_letters_in_any_room_stay_within_it_and_lose_no_word_to_a_break()
    {
        var random = new Random(7);
        string[] pieces = [
            "a", "Z", " ", "  ", "日", "e\u0301", "\u0301", "👍", "\e", "\ud83d", "한", "\n", "\u202e", "word", "ﾊ",
            "\u1100\u1161"];
        for (var round = 0; round < 5000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(40); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            var tame = Cells.Tame(text.ToString(), utf8: round % 3 > 0);
            var columns = random.Next(2, 20);
            Assert.DoesNotContain(tame, char.IsControl);
            Assert.True(Cells.Count(Cells.Cut(tame, columns)) <= columns);
            Assert.Equal(columns, Cells.Count(Cells.Fill(tame, columns)));
            var parts = Cells.Wrap(tame, columns);
            Assert.All(parts, part => Assert.True(Cells.Count(part) <= columns, part));
            Assert.Equal(tame.Replace(" ", "", StringComparison.Ordinal), string.Concat(parts).Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_text_without_end_costs_little() => Assert.InRange(Cells.Tame(new string('日', 10_000_000), utf8: true).Length, 1, 4096);
}
