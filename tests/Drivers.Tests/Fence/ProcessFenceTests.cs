using Appliance.Drivers.Fence;

namespace Appliance.Drivers.Tests.Fence;

/// <summary>Commands of the operator's own.</summary>
public sealed class ExecFenceTests : FenceContract
{
    private const string Script = """
        case "$1" in
            status) [ "$fault" != Garbage ] || { echo maybe; exit; }; asked ;;
            *) order "$1" ;;
        esac
        """;

    protected override IFenceBench Bench() => new ProcessBench(
        Script, bench => new ExecFence([bench.Program, "off"], [bench.Program, "status"], [bench.Program, "on"]));

    [Theory]
    [InlineData("off\n", FencePower.Off)]
    [InlineData("Power is OFF", FencePower.Off)]
    [InlineData("on", FencePower.On)]
    [InlineData("", FencePower.Unknown)]
    [InlineData("offline", FencePower.Unknown)]
    [InlineData("off?", FencePower.Unknown)]
    [InlineData("off\non\n", FencePower.On)]
    [InlineData("off since 12:00", FencePower.Unknown)]
    public void Only_its_last_word_counts(string output, FencePower power)
    {
        var printed = output.Replace("\n", "\\n", StringComparison.Ordinal);
        using var bench = new ProcessBench($"printf '%b' '{printed}'", _ => new SimulatedFence());
        Assert.Equal(power, new ExecFence(["/bin/true"], [bench.Program], []).Status(default).Power);
    }

    [Fact]
    public void A_status_that_fails_says_nothing_whatever_it_prints()
    {
        using var bench = new ProcessBench("echo off; exit 3", _ => new SimulatedFence());
        Assert.Equal(FencePower.Unknown, new ExecFence(["/bin/true"], [bench.Program], []).Status(default).Power);
        Assert.Equal(FencePower.Unknown, new ExecFence(["/bin/true"], ["/does/not/exist"], []).Status(default).Power);
    }
}

/// <summary>The agents' protocol, with an agent of our own as a real process.</summary>
public sealed class AgentFenceTests : FenceContract
{
    private const string Script = """
        declare -A given
        while IFS='=' read -r name value; do given[$name]=$value; done
        echo "$# ${given[action]} ${given[plug]} ${given[password]}" >>"$log"
        [ "${given[plug]}" = 3 ] || { echo "no such plug"; exit 1; }
        case "${given[action]}" in
            status) [ "$fault" != Garbage ] || exit 77; [ "$(asked)" = on ] && exit 0; exit 2 ;;
            *) order "${given[action]}" ;;
        esac
        """;

    protected override IFenceBench Bench() => Agent();

    [Fact]
    public void Parameters_and_password_come_on_the_input_and_never_on_the_command_line()
    {
        using var bench = Agent();
        using var device = bench.Open();
        Assert.Equal(FencePower.On, device.Status(default).Power);
        Assert.Equal("0 status 3 opensesame", File.ReadAllText(bench.Log).Trim());
    }

    [Fact]
    public void A_script_that_is_not_there_says_what_to_install()
    {
        using var device = new AgentFence("/usr/sbin/fence_nobody_has", new Dictionary<string, string>(), "");
        var answer = device.Status(default);
        Assert.Equal(FencePower.Unknown, answer.Power);
        Assert.Contains("fence-agents", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_cannot_be_read_is_told()
    {
        using var bench = Agent();
        using var device = new AgentFence(bench.Program, new Dictionary<string, string>(), "/does/not/exist");
        Assert.Contains("password", device.Status(default).Words, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Log));
    }

    private static ProcessBench Agent() => new(
        Script, bench => new AgentFence(bench.Program, new Dictionary<string, string> { ["plug"] = "3" }, bench.Secret));
}

/// <summary>ipmitool's command line and words, with a program of our own that speaks them.</summary>
public sealed class IpmiFenceTests : FenceContract
{
    private const string Script = """
        echo "$*" >>"$log"
        [ "$*" = "-I lanplus -H 127.0.0.1 -p 9623 -U admin -f $(dirname "$log")/secret chassis power ${13-}" ] || { echo "usage"; exit 1; }
        case "${13}" in
            status) [ "$fault" != Garbage ] || { echo "Chassis Power is of"; exit; }; echo "Chassis Power is $(asked)" ;;
            off) order off; echo "Chassis Power Control: Down/Off" ;;
            on) order on; echo "Chassis Power Control: Up/On" ;;
        esac
        """;

    protected override IFenceBench Bench() => new ProcessBench(
        Script, bench => new IpmiFence(new IpmiAddress("127.0.0.1", 9623, "admin", bench.Secret, "lanplus", bench.Program)));

    [Theory]
    [InlineData("echo 'Chassis Power is off'", FencePower.Off)]
    [InlineData("echo 'Chassis Power is off'; exit 1", FencePower.Unknown)]
    [InlineData("echo 'Chassis Power is off'; echo 'Chassis Power is on'", FencePower.Unknown)]
    [InlineData("echo 'Error: Unable to establish IPMI v2 / RMCP+ session'; exit 1", FencePower.Unknown)]
    [InlineData("echo 'Set Chassis Power is off'", FencePower.Unknown)]
    [InlineData("yes 'Chassis Power is on' | head -n 100000", FencePower.Unknown)]
    public void Only_one_plain_line_counts(string script, FencePower power)
    {
        using var bench = new ProcessBench(script, _ => new SimulatedFence());
        using var device = new IpmiFence(new IpmiAddress("127.0.0.1", 623, "a", bench.Secret, "lanplus", bench.Program));
        Assert.Equal(power, device.Status(default).Power);
    }
}
