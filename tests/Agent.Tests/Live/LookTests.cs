using Appliance.Agent.Live;

namespace Appliance.Agent.Tests.Live;

public class LookTests
{
    [Theory]
    [InlineData("xterm-256color", true, true)]
    [InlineData("screen", true, true)]
    [InlineData("tmux-256color", true, true)]
    [InlineData("linux", true, false)]
    [InlineData("ansi", true, false)]
    [InlineData("vt100", false, false)]
    [InlineData("vt220", false, false)]
    [InlineData("xterm-mono", false, true)]
    public void A_terminal_gets_what_it_has(string term, bool colour, bool alternate)
    {
        var look = Look.Of(term, null, "C.UTF-8")!;
        Assert.Equal((colour, alternate, true), (look.Paint.Enabled, look.Alternate, look.Utf8));
        Assert.False(Look.Of(term, "1", null)!.Paint.Enabled);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dumb")]
    [InlineData("unknown")]
    [InlineData("vt52")]
    public void A_terminal_that_cannot_be_drawn_on_gets_paper(string? term) => Assert.Null(Look.Of(term, null, "C.UTF-8"));

    [Theory]
    [InlineData("de_DE.UTF-8", true)]
    [InlineData("en_US.utf8", true)]
    [InlineData("C", false)]
    [InlineData("de_DE.ISO-8859-1", false)]
    [InlineData(null, false)]
    public void The_locale_says_which_letters_there_are(string? locale, bool utf8) =>
        Assert.Equal(utf8, Look.Of("xterm", null, locale)!.Utf8);
}
