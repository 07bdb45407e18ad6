using Appliance.Drivers.BlockFront.Nbd;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>Requests and replies as bytes, and which requests are granted.</summary>
public sealed class NbdRulesTests
{
    private const long Size = 1 << 20;
    private static readonly NbdSession Structured = new(true, true);

    [Fact]
    public void A_request_has_the_layout_of_the_protocol()
    {
        var bytes = Convert.FromHexString("25609513" + "0001" + "0001" + "0102030405060708" + "0000000000001000" + "00000200");
        Assert.True(NbdRequest.TryDecode(bytes, out var request));
        Assert.Equal(new NbdRequest(NbdCommandFlags.ForceUnitAccess, NbdCommand.Write, 0x0102030405060708, 4096, 512), request);
        Assert.Equal(512u, request.Payload);
        var again = new byte[NbdRequest.Bytes];
        request.Encode(again);
        Assert.Equal(bytes, again);
        bytes[3] ^= 1;
        Assert.False(NbdRequest.TryDecode(bytes, out _));
    }

    [Fact]
    public void Replies_have_the_layout_of_the_protocol()
    {
        Assert.Equal("67446698" + "0000001C" + "0000000000000007", Written(wire => NbdReply.Simple(wire, 7, NbdError.NoSpace)));
        Assert.Equal(
            "668E33EF" + "0001" + "0001" + "0000000000000007" + "00000208" + "0000000000001000",
            Written(wire => NbdReply.Data(wire, 7, 4096, 512, last: true)));
        Assert.Equal("668E33EF" + "0001" + "0000" + "0000000000000007" + "00000000", Written(wire => NbdReply.End(wire, 7)));
        Assert.Equal(
            "668E33EF" + "0001" + "8001" + "0000000000000007" + "00000006" + "00000005" + "0000",
            Written(wire => NbdReply.Error(wire, 7, NbdError.Io)));
        Assert.Equal(
            "668E33EF" + "0001" + "0005" + "0000000000000007" + "0000000C" + "00000001" + "00001000" + "00000000",
            Written(wire => NbdReply.Allocated(wire, 7, 4096)));
    }

    [Theory]
    [InlineData(NbdCommand.Read, Size - 512, 512, NbdError.None)]
    [InlineData(NbdCommand.Read, Size - 512, 513, NbdError.Invalid)]
    [InlineData(NbdCommand.Read, long.MaxValue, 1, NbdError.Invalid)]
    [InlineData(NbdCommand.Read, -1, 1, NbdError.Invalid)]
    [InlineData(NbdCommand.Write, Size - 512, 512, NbdError.None)]
    [InlineData(NbdCommand.Write, Size - 512, 513, NbdError.NoSpace)]
    [InlineData(NbdCommand.Write, -1, 2, NbdError.NoSpace)]
    [InlineData(NbdCommand.Trim, Size, 1, NbdError.NoSpace)]
    [InlineData(NbdCommand.WriteZeroes, Size, 1, NbdError.NoSpace)]
    [InlineData(NbdCommand.BlockStatus, 0, 0, NbdError.Invalid)]
    [InlineData(NbdCommand.Cache, Size, 1, NbdError.Invalid)]
    [InlineData(NbdCommand.Flush, -1, 77, NbdError.None)]
    [InlineData((NbdCommand)8, 0, 0, NbdError.Invalid)]
    [InlineData((NbdCommand)65535, 0, 0, NbdError.Invalid)]
    public void Ranges_are_checked(NbdCommand command, long offset, uint length, NbdError expected) =>
        Assert.Equal(expected, NbdRules.Check(
            new(0, command, 1, (ulong)offset, length), Size, readOnly: false, fastZero: false, Structured));

    [Theory]
    [InlineData(NbdCommand.Write), InlineData(NbdCommand.Trim), InlineData(NbdCommand.WriteZeroes)]
    public void Read_only_refuses_what_writes(NbdCommand command)
    {
        Assert.Equal(NbdError.NotPermitted, NbdRules.Check(new(0, command, 1, 0, 512), Size, readOnly: true, fastZero: false, Structured));
        Assert.Equal(NbdError.None, NbdRules.Check(new(0, NbdCommand.Read, 1, 0, 512), Size, readOnly: true, fastZero: false, Structured));
    }

    [Fact]
    public void Each_command_knows_its_flags_and_no_others()
    {
        for (var command = NbdCommand.Read; command <= NbdCommand.BlockStatus; command++)
        {
            for (var bit = 0; bit < 16; bit++)
            {
                var flag = (NbdCommandFlags)(1 << bit);
                var known = flag == NbdCommandFlags.ForceUnitAccess
                    || (command, flag) is (NbdCommand.Read, NbdCommandFlags.DontFragment)
                        or (NbdCommand.WriteZeroes, NbdCommandFlags.NoHole)
                        or (NbdCommand.WriteZeroes, NbdCommandFlags.FastZero) or (NbdCommand.BlockStatus, NbdCommandFlags.RequireOne);
                var answer = NbdRules.Check(new(flag, command, 1, 0, 512), Size, readOnly: false, fastZero: true, Structured);
                Assert.Equal(known ? NbdError.None : NbdError.Invalid, answer);
            }
        }
    }

    [Fact]
    public void Zeroing_that_must_be_fast_is_refused_where_nobody_knows() =>
        Assert.Equal(NbdError.NotSupported, NbdRules.Check(
            new(NbdCommandFlags.FastZero, NbdCommand.WriteZeroes, 1, 0, 512), Size, readOnly: false, fastZero: false, Structured));

    [Theory]
    [InlineData(5, NbdError.Io), InlineData(28, NbdError.NoSpace), InlineData(30, NbdError.Io), InlineData(22, NbdError.Invalid),
        InlineData(110, NbdError.Io), InlineData(108, NbdError.Shutdown)]
    public void Other_errors_are_io_errors(int errno, NbdError expected) => Assert.Equal(expected, NbdRules.OfErrno(errno));

    private static string Written(Func<byte[], int> write)
    {
        var wire = new byte[NbdReply.BytesMax];
        return Convert.ToHexString(wire.AsSpan(0, write(wire)));
    }
}
