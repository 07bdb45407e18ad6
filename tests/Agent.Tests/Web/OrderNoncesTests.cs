using Appliance.Agent.Web;

namespace Appliance.Agent.Tests.Web;

public sealed class OrderNoncesTests
{
    private readonly OrderNonces _nonces = new(new byte[32]);
    private ulong _chance;

    [Fact]
    public void One_is_good_for_one_order_and_for_its_time()
    {
        var nonce = Make(1000);
        Assert.True(_nonces.IsOurs(nonce, 1000));
        Assert.True(_nonces.IsOurs(nonce, 1000 + OrderNonces.ValidMs - 1));
        Assert.False(_nonces.IsOurs(nonce, 1000 + OrderNonces.ValidMs));
        Assert.False(_nonces.IsOurs(nonce, 999));
        Assert.True(_nonces.Take(nonce, 1000));
        Assert.False(_nonces.Take(nonce, 1000 + OrderNonces.ValidMs - 1));
        Assert.False(_nonces.Take(nonce.ToUpperInvariant(), 2000));
    }

    [Fact]
    public void No_bit_of_one_can_be_changed()
    {
        var nonce = Make(5);
        for (var at = 0; at < nonce.Length; at++)
        {
            var other = nonce[at] == '0' ? '1' : '0';
            Assert.False(_nonces.IsOurs($"{nonce[..at]}{other}{nonce[(at + 1)..]}", 5), $"digit {at}");
        }

        Assert.False(new OrderNonces([.. Enumerable.Repeat((byte)1, 32)]).IsOurs(nonce, 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("zz")]
    [InlineData("é")]
    public void Others_are_not_ours(string text)
    {
        Assert.False(_nonces.IsOurs(text, 0));
        Assert.False(_nonces.IsOurs(text.PadLeft(64, 'x'), 0));
        Assert.False(_nonces.IsOurs(Make(0) + text + "0", 0));
    }

    [Fact]
    public void The_table_is_bounded_and_empties_itself()
    {
        for (var i = 0; i < OrderNonces.OrdersMax; i++) Assert.True(_nonces.Take(Make(i), i));
        Assert.False(_nonces.Take(Make(100), 100));
        Assert.True(_nonces.Take(Make(OrderNonces.ValidMs), OrderNonces.ValidMs));
    }

    private string Make(long now) => _nonces.Make(now, BitConverter.GetBytes(_chance++));
}
