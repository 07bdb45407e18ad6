using Appliance.Agent.Control;

namespace Appliance.Agent.Tests.Control;

public sealed class WhoOrdersTests
{
    private static readonly string[] Passwd =
        ["root:x:0:0:root:/root:/bin/bash", "", "broken", ":x:7:7::/:", "anna:x:1000:1000::/home/anna:/bin/sh"];

    [Theory]
    [InlineData(0, "root")]
    [InlineData(1000, "anna")]
    [InlineData(7, "user 7")]
    [InlineData(4242, "user 4242")]
    public void User_has_a_name_or_a_number(uint user, string name) => Assert.Equal(name, WhoOrders.Name(user, Passwd));

    [Fact]
    public void Nobody_known_is_said() => Assert.Contains("does not name", WhoOrders.Of(null), StringComparison.Ordinal);

    [Fact]
    public void Order_is_told_with_who_gave_it_and_no_question_is()
    {
        using var fixture = new SocketFixture();
        fixture.Ask(new ControlRequest(ControlCommands.Status));
        fixture.Ask(new ControlRequest(ControlCommands.Incidents));
        Assert.Empty(fixture.Agent.Notes);
        Assert.True(fixture.Ask(new ControlRequest(ControlCommands.Restart, new ControlArguments(Group: "pbx", Resource: "asterisk"))).Ok);
        var told = Assert.Single(fixture.Agent.Notes);
        Assert.Contains(" ordered restart pbx/asterisk: ", told, StringComparison.Ordinal);
        Assert.StartsWith(Environment.UserName, told, StringComparison.Ordinal);
    }
}
