using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>Single values, accepted and refused.</summary>
public sealed class ValueTests
{
    private static readonly KeyType AnyDuration = Types.Duration("0ms", "365d");

    [Theory]
    [InlineData("100ms", 100)]
    [InlineData("0s", 0)]
    [InlineData("20s", 20_000)]
    [InlineData("10m", 600_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_accepted(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(AnyDuration, text));

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("ms")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData(" 1s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("1sec")]
    [InlineData("1h30m")]
    [InlineData("999999999999999999999s")]
    [InlineData("9223372036854775807d")]
    [InlineData("١s")]
    public void Durations_refused(string text) => Refused(AnyDuration, text);

    [Theory]
    [InlineData("110MiB/s", true, 115_343_360L)]
    [InlineData("4kB/s", true, 4_000L)]
    [InlineData("20GiB", false, 21_474_836_480L)]
    [InlineData("1TB", false, 1_000_000_000_000L)]
    public void Sizes_and_rates_accepted(string text, bool perSecond, long bytes) =>
        Assert.Equal(bytes, Read(new SizeType(perSecond), text));

    [Theory]
    [InlineData("110MiB", true)]
    [InlineData("110MiB/s", false)]
    [InlineData("110", false)]
    [InlineData("0GiB", false)]
    [InlineData("-1GiB", false)]
    [InlineData("1.5GiB", false)]
    [InlineData("GiB", false)]
    [InlineData("2147483647TiB", false)]
    [InlineData("100Mbit/s", true)]
    public void Sizes_and_rates_refused(string text, bool perSecond) => Refused(new SizeType(perSecond), text);

    [Theory]
    [InlineData("192.168.1.1", "192.168.1.1")]
    [InlineData("FD00:0:0::1", "fd00::1")]
    public void Addresses_accepted(string text, string canonical) => Assert.Equal(canonical, Read(Types.Address, text));

    [Theory]
    [InlineData("")]
    [InlineData("router")]
    [InlineData("192.168.1")]
    [InlineData("192.168.1.01")]
    [InlineData("192.168.1.256")]
    [InlineData("0x7f000001")]
    [InlineData("3232235777")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[fd00::1]")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("239.192.0.42")]
    [InlineData("10.0.0.1:80")]
    public void Addresses_refused(string text) => Refused(Types.Address, text);

    [Theory]
    [InlineData("192.168.1.245/24", "192.168.1.245", 24)]
    [InlineData("10.0.0.0/31", "10.0.0.0", 31)]
    [InlineData("10.0.0.255/32", "10.0.0.255", 32)]
    [InlineData("fd00::ffff/64", "fd00::ffff", 64)]
    public void Service_addresses_accepted(string text, string address, int length) =>
        Assert.Equal(new Prefix(address, length), Read(new PrefixType(network: false), text));

    [Theory]
    [InlineData("192.168.1.245", "the prefix length is missing")]
    [InlineData("192.168.1.245/33", "1 to 32")]
    [InlineData("192.168.1.245/0", "1 to 32")]
    [InlineData("192.168.1.245/", "1 to 32")]
    [InlineData("192.168.1.0/24", "the network's own address")]
    [InlineData("192.168.1.255/24", "broadcast address")]
    [InlineData("239.0.0.1/24", "multicast")]
    [InlineData("fd00::/64", "the network's own address")]
    [InlineData("fd00::1/129", "1 to 128")]
    public void Service_addresses_refused(string text, string because) =>
        Assert.Contains(because, Refused(new PrefixType(network: false), text), StringComparison.Ordinal);

    [Theory]
    [InlineData("default")]
    [InlineData("10.0.0.0/8")]
    [InlineData("fd00::/8")]
    [InlineData("0.0.0.0/0")]
    public void Networks_accepted(string text) => Read(new PrefixType(network: true), text);

    [Fact]
    public void A_network_has_no_host_bits() =>
        Assert.Contains("bits set after the first 8", Refused(new PrefixType(network: true), "10.0.0.1/8"), StringComparison.Ordinal);

    [Theory]
    [InlineData("udp:5060", "", 5060)]
    [InlineData("udp:192.168.1.245:5062", "192.168.1.245", 5062)]
    [InlineData("udp:[fd00::1]:5060", "fd00::1", 5060)]
    public void Sip_accepted(string text, string address, int port) => Assert.Equal(new Endpoint(address, port), Read(new SipType(), text));

    [Theory]
    [InlineData("5060")]
    [InlineData("tcp:5060")]
    [InlineData("udp:0")]
    [InlineData("udp:65536")]
    [InlineData("udp:fd00::1:5060")]
    [InlineData("udp:[10.0.0.1]:5060")]
    [InlineData("udp:host:5060")]
    [InlineData("udp:")]
    public void Sip_refused(string text) => Refused(new SipType(), text);

    [Theory]
    [InlineData("pbx-a")]
    [InlineData("1.2_3")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    public void Names_accepted(string text) => Read(Types.Name, text);

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\0")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    public void Names_refused(string text) => Refused(Types.Name, text);

    [Theory]
    [InlineData("etc")]
    [InlineData("/etc/")]
    [InlineData("/etc//x")]
    [InlineData("/etc/../x")]
    [InlineData("/etc/.")]
    [InlineData("/a\nb")]
    [InlineData("")]
    public void Paths_refused(string text) => Refused(Types.Path, text);

    [Theory]
    [InlineData("mariadb")]
    [InlineData(".service")]
    [InlineData("a b.service")]
    [InlineData("a/b.service")]
    [InlineData("template@.service")]
    public void Units_refused(string text) => Refused(Types.Unit, text);

    [Theory]
    [InlineData("IPaddr2")]
    [InlineData("heartbeat:IPaddr2")]
    [InlineData("lsb:heartbeat:IPaddr2")]
    [InlineData("ocf:heartbeat:../../bin/sh")]
    [InlineData("ocf::IPaddr2")]
    [InlineData("ocf:.:.")]
    public void Agents_refused(string text) => Refused(Types.Agent, text);

    [Theory]
    [InlineData("eth0/1")]
    [InlineData("eth0 ")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("..")]
    [InlineData("")]
    public void Interfaces_refused(string text) => Refused(Types.Interface, text);

    [Theory]
    [InlineData("always")]
    [InlineData("daily")]
    [InlineData("daily 03:00")]
    [InlineData("daily 03:00-03:00")]
    [InlineData("daily 3:00-4:00")]
    [InlineData("daily 24:00-04:00")]
    [InlineData("0s")]
    [InlineData("31d")]
    public void Failbacks_refused(string text) => Refused(new FailbackType(), text);

    [Theory]
    [InlineData("keepaliv", "keepalive")]
    [InlineData("dead-time", "deadtime")]
    [InlineData("kepealive", "keepalive")]
    [InlineData("nam", "name")]
    [InlineData("zebra", null)]
    public void The_nearest_word(string word, string? nearest) =>
        Assert.Equal(nearest, NearestWord.Of(word, ["keepalive", "warntime", "deadtime", "initdead", "name"]));

    private static object Read(KeyType type, string text)
    {
        var findings = new Findings();
        var value = type.Read(new TomlValue.Text(default, text), "key", findings);
        Assert.True(value is not null, string.Join('\n', findings.Sorted()));
        return value;
    }

    private static string Refused(KeyType type, string text)
    {
        var findings = new Findings();
        Assert.Null(type.Read(new TomlValue.Text(default, text), "key", findings));
        var message = Assert.Single(findings.Sorted()).Message;
        Assert.Contains("; expected ", message, StringComparison.Ordinal);
        return message;
    }
}
