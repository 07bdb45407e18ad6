using Appliance.Agent.Web;

namespace Appliance.Agent.Tests.Web;

public sealed class LockoutTests
{
    private readonly Lockout _lockout = new();

    [Fact]
    public void The_fifth_wrong_one_within_a_minute_locks_out_for_a_minute()
    {
        for (var i = 0; i < 4; i++) Assert.False(_lockout.Wrong("192.0.2.1", i * 10));
        Assert.Equal(0, _lockout.SecondsLeft("192.0.2.1", 40));
        Assert.True(_lockout.Wrong("192.0.2.1", 50));
        Assert.Equal(60, _lockout.SecondsLeft("192.0.2.1", 50));
        Assert.Equal(1, _lockout.SecondsLeft("192.0.2.1", 50 + Lockout.WhileMs - 1));
        Assert.Equal(0, _lockout.SecondsLeft("192.0.2.1", 50 + Lockout.WhileMs));
        Assert.Equal(0, _lockout.SecondsLeft("192.0.2.2", 50));
    }

    [Fact]
    public void Mistakes_are_forgotten()
    {
        for (var i = 0; i < 100; i++) Assert.False(_lockout.Wrong("192.0.2.1", i * Lockout.WhileMs / 4 * 1));
        Assert.Equal(0, _lockout.SecondsLeft("192.0.2.1", 100 * Lockout.WhileMs));
    }

    [Fact]
    public void Addresses_of_one_network_of_ipv6_are_one()
    {
        for (var i = 0; i < Lockout.Tries; i++) _lockout.Wrong($"2001:db8::{i:x}", 0);
        Assert.NotEqual(0, _lockout.SecondsLeft("2001:db8::ffff", 1));
        Assert.Equal(0, _lockout.SecondsLeft("2001:db8:0:1::1", 1));
    }

    [Fact]
    public void A_million_addresses_cost_what_the_table_costs_and_lock_out_nobody_who_is_right()
    {
        for (var i = 0; i < 1_000_000; i++) _lockout.Wrong($"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", i);
        Assert.Equal(Lockout.AddressesMax, _lockout.Count);
        Assert.Equal(0, _lockout.SecondsLeft("192.168.1.7", 1_000_000));
    }
}
