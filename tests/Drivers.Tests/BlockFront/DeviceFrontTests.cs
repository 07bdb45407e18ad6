using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;
using Loop = Appliance.Drivers.IoLoop.IoLoop;

namespace Appliance.Drivers.Tests.BlockFront;

/// <summary>Asking a device to go while the kernel takes its time over the answer.</summary>
public sealed class DeviceFrontTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-front-").FullName;
    private readonly Loop _loop = new PoolLoop();
    private readonly SlowDevice _device = new();
    private readonly DeviceFront _front;

    public DeviceFrontTests()
    {
        var options = new DeviceFrontOptions("t", FrontKind.Ublk)
        {
            DeviceDirectory = Path.Combine(_directory, "dev"),
            RunDirectory = _directory,
        };
        _front = new DeviceFront(options, _loop, new NoDoor(), (FrontKind.Ublk, "a test"), (_, _) => _device, (_, _) => { });
        _front.Expose();
        _device.Answer(null);
        Assert.Equal(DeviceStanding.Present, _front.Standing);
    }

    public void Dispose()
    {
        _front.Dispose();
        _loop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void While_the_answer_is_looked_for_nobody_is_said_to_hold_it()
    {
        Assert.False(_front.Withdraw());
        Assert.False(_front.Refused);
        _device.Answer("mounted");
        Assert.True(_front.Refused);
        Assert.Equal("mounted", _front.Why);
        _front.Expose();
        Assert.False(_front.Withdraw());
        Assert.False(_front.Refused); // The earlier answer is about an earlier time.
        _device.Answer(null);
        Assert.True(_front.Withdraw());
    }

    [Fact]
    public void A_device_that_goes_after_it_was_wanted_again_is_made_again()
    {
        Assert.False(_front.Withdraw());
        _front.Expose(); // Who asked has given up.
        _device.Answer(null);
        Assert.Equal(DeviceStanding.Appearing, _front.Standing);
        _device.Answer(null);
        Assert.Equal(DeviceStanding.Present, _front.Standing);
    }

    [Fact]
    public void One_that_stays_after_it_was_wanted_again_is_simply_there()
    {
        Assert.False(_front.Withdraw());
        _front.Expose();
        _device.Answer("mounted");
        Assert.Equal((DeviceStanding.Present, ""), (_front.Standing, _front.Why));
    }

    [Fact]
    public void Whoever_asks_for_it_to_go_last_is_heard()
    {
        Assert.False(_front.Withdraw());
        _front.Expose();
        Assert.False(_front.Withdraw());
        _device.Answer(null);
        Assert.True(_front.Withdraw());
        Assert.Equal(DeviceStanding.Absent, _front.Standing);
    }

    /// <summary>Answers when the test says so.</summary>
    private sealed class SlowDevice : IKernelDevice
    {
        private Action<string?>? _waiting;

        public string Path => "/dev/test0";

        public bool Survived => false;

        public void Answer(string? words)
        {
            var waiting = _waiting!;
            _waiting = null;
            waiting(words);
        }

        public void Appear(Action<string?> done) => Ask(done);

        public void Vanish(Action<string?> done) => Ask(done);

        public bool Leave() => true;

        public void BuffersFree()
        {
        }

        public void Resized(long size)
        {
        }

        public void Dispose()
        {
        }

        private void Ask(Action<string?> done)
        {
            Assert.Null(_waiting);
            _waiting = done;
        }
    }

    private sealed class NoDoor : IBlockDoor
    {
        public long Size => 1 << 20;

        public BlockBuffers Buffers => throw new NotSupportedException();

        public nint AddressOf(int buffer) => throw new NotSupportedException();

        public void Submit(IBlockFront front, in BlockRequest request) => throw new NotSupportedException();
    }
}
