using System.Net;
using System.Text;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Relay.Hid;
using Appliance.Drivers.Relay.Network;
using Appliance.Drivers.Relay.Serial;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>Bytes as the makers' sheets and captures have them.</summary>
public sealed class RelayFrameTests
{
    [Theory]
    [InlineData(1, true, "a00101a2")]
    [InlineData(1, false, "a00100a1")]
    [InlineData(2, true, "a00201a3")]
    [InlineData(2, false, "a00200a2")]
    [InlineData(3, true, "a00301a4")]
    [InlineData(3, false, "a00300a3")]
    [InlineData(4, true, "a00401a5")]
    [InlineData(4, false, "a00400a4")]
    public void Lcus_frames(int channel, bool on, string frame) => Assert.Equal(frame, Hex(LcusFrames.Switch(channel, on)));

    [Theory]
    [InlineData("CH1: ON \r\nCH2: OFF\r\n", "10")]
    [InlineData("CH1:ON\r\nCH2:OFF\r\n", "10")]
    [InlineData("CH1: OFF\r\n", "0")]
    [InlineData("\u0001\u0000\u0001\u0000", "1010")]
    [InlineData("\u0000", "0")]
    [InlineData("CH1: ON \r\nCH2: OF", null)]
    [InlineData("CH1: ON \r\nCH3: OFF\r\n", null)]
    [InlineData("CH1: MAYBE\r\n", null)]
    [InlineData("\u0001\u0002", null)]
    [InlineData("\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001", null)]
    [InlineData("relay on", null)]
    [InlineData("\n\n\n", null)]
    [InlineData("", null)]
    public void Lcus_answers(string answer, string? states) =>
        Assert.Equal(states, Bits(LcusFrames.States(Encoding.Latin1.GetBytes(answer))));

    [Theory]
    [InlineData(3, true, 8, "relay on 3")]
    [InlineData(10, false, 16, "relay off a")]
    [InlineData(15, true, 16, "relay on f")]
    [InlineData(9, true, 32, "relay on 9")]
    [InlineData(10, true, 32, "relay on A")]
    [InlineData(31, true, 32, "relay on V")]
    [InlineData(7, true, 64, "relay on 07")]
    [InlineData(63, false, 64, "relay off 63")]
    public void Numato_commands(int channel, bool on, int relays, string command) =>
        Assert.Equal(command, NumatoText.Switch(channel, on, relays));

    [Theory]
    [InlineData("relay readall\n\r05\n\r>", "relay readall", "05")]
    [InlineData("ver\n\r00000008\n\r>", "ver", "00000008")]
    [InlineData("relay on 0\n\r>", "relay on 0", "")]
    [InlineData("relay on 1\n\r>", "relay on 0", null)]
    [InlineData(">", "ver", null)]
    [InlineData("ver\n\r1\n\r2\n\r>", "ver", null)]
    public void Numato_answers(string answer, string command, string? value) =>
        Assert.Equal(value, NumatoText.Value(Encoding.ASCII.GetBytes(answer), command));

    [Theory]
    [InlineData("5", 4, "1010")]
    [InlineData("05", 8, "10100000")]
    [InlineData("8001", 16, "1000000000000001")]
    [InlineData("05", 4, null)]
    [InlineData("4", 2, null)]
    [InlineData("xy", 8, null)]
    [InlineData("+5", 8, null)]
    public void Numato_masks(string value, int relays, string? states) => Assert.Equal(states, Bits(NumatoText.States(value, relays)));

    [Theory]
    [InlineData(1, true, 0x65)]
    [InlineData(8, true, 0x6C)]
    [InlineData(1, false, 0x6F)]
    [InlineData(8, false, 0x76)]
    public void Tosr_and_devantech_bytes(int channel, bool on, byte value) => Assert.Equal(value, RlyBytes.Switch(channel, on));

    [Fact]
    public void Kmtronic_frames()
    {
        Assert.Equal("ff0101", Hex(KmtronicFrames.Switch(1, on: true)));
        Assert.Equal("ff0800", Hex(KmtronicFrames.Switch(8, on: false)));
        Assert.Equal("ff0203", Hex(KmtronicFrames.Ask(2)));
        Assert.Equal("ff0900", Hex(KmtronicFrames.AskEvery()));
        Assert.True(KmtronicFrames.State([0xFF, 2, 1], 2));
        Assert.Null(KmtronicFrames.State([0xFF, 1, 1], 2));
        Assert.Null(KmtronicFrames.State([0xFF, 2, 7], 2));
        Assert.Null(KmtronicFrames.States([0, 1, 2]));
    }

    [Fact]
    public void Hid_reports()
    {
        Assert.Equal("00ff02000000000000", Hex(HidReports.UsbRelaySwitch(2, on: true)));
        Assert.Equal("00fd01000000000000", Hex(HidReports.UsbRelaySwitch(1, on: false)));
        Assert.Equal("010000000000000000", Hex(HidReports.UsbRelayAsk()));
        byte[] report = [.. "BITFT"u8, 0, 0, 0b10, 0];
        Assert.Equal(("BITFT", false, true), (
            HidReports.UsbRelayId(report), HidReports.UsbRelayIsOn(report, 1), HidReports.UsbRelayIsOn(report, 2)));
        Assert.Null(HidReports.UsbRelayId([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Null(HidReports.UsbRelayId("BITFT"u8));
        Assert.Equal("00f3", Hex(HidReports.HidRelaySwitch(3, on: true)));
        Assert.Equal("0003", Hex(HidReports.HidRelaySwitch(3, on: false)));
        Assert.Equal("00a00101a2", Hex(HidReports.LcusSwitch(1, on: true)));
        Assert.Equal("00ff", Hex(HidReports.LcusAsk()));
    }

    [Fact]
    public void Hidraw_requests_carry_their_size()
    {
        Assert.Equal(0xC0094806u, (uint)LinuxHidRaw.SetFeatureRequest(9));
        Assert.Equal(0xC0094807u, (uint)LinuxHidRaw.GetFeatureRequest(9));
        Assert.Equal(
            new HidRawInfo("/dev/hidraw0", 0x16c0, 0x05df, "www.dcttech.com USBRelay2"),
            LinuxHidRawBus.Parse("/dev/hidraw0", ["DRIVER=hid-generic", "HID_ID=0003:000016C0:000005DF",
                "HID_NAME=www.dcttech.com USBRelay2", "HID_PHYS=usb-0000:00:14.0-1/input0"]));
        Assert.Null(LinuxHidRawBus.Parse("/dev/hidraw0", ["HID_ID=0003:16C0", "HID_NAME=x"]));
        Assert.Null(LinuxHidRawBus.Parse("/dev/hidraw0", []));
    }

    [Theory]
    [InlineData(1, "", "47424c04014c")]
    [InlineData(9, "00193200121d0000", "47424c040900193200121d000060")]
    [InlineData(11, "00193200121d00", "47424c040b00193200121d0062")]
    [InlineData(5, "00193200121d", "47424c040500193200121d6c")]
    public void Beronet_datagrams(byte command, string payload, string frame)
    {
        Assert.Equal(frame, Hex(GblFrames.Make(command, Convert.FromHexString(payload))));
        Assert.True(GblFrames.TryPayload(Convert.FromHexString(frame), command, out var found));
        Assert.Equal(payload, Hex(found));
    }

    [Fact]
    public void Damaged_beronet_datagrams_are_none()
    {
        var frame = Convert.FromHexString("47424c040900193200121d000060");
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            byte[] damaged = [.. frame];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(GblFrames.TryPayload(damaged, GblFrames.Ping, out _), $"bit {bit}");
        }

        for (var length = 0; length < frame.Length; length++)
            Assert.False(GblFrames.TryPayload(frame.AsSpan(0, length), GblFrames.Ping, out _), $"{length} bytes");
    }

    [Fact]
    public void Identity_of_a_berofos()
    {
        var box = new BerofosIdentity([0, 0x19, 0x32, 0, 0x12, 0x1D], 0x00BB, "1.3", IPAddress.Parse("192.168.0.2"), 8080, true);
        var payload = GblFrames.Identity(box);
        Assert.Equal(30, payload.Length);
        var read = GblFrames.Identity(payload)!;
        Assert.Equal((box.Hardware, box.Firmware, box.Address, box.HttpPort, box.NeedsLogin, true), (
            read.Hardware, read.Firmware, read.Address, read.HttpPort, read.NeedsLogin, read.IsFos));
        Assert.Null(GblFrames.Identity(payload.AsSpan(0, 29)));
    }

    /// <summary>The example of RFC 2617, with its cnonce.</summary>
    [Fact]
    public void Digest_login()
    {
        const string challenge = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        Assert.Contains(
            "response=\"6629fae49393a05397450978507c4ef1\"",
            HttpLogin.Answer(challenge, "Mufasa", "Circle Of Life", "/dir/index.html", "0a4f113b"), StringComparison.Ordinal);
        Assert.Equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", HttpLogin.Answer("Basic realm=\"x\"", "Aladdin", "open sesame", "/", ""));
        Assert.Null(HttpLogin.Answer("Negotiate", "a", "b", "/", ""));
    }

    [Fact]
    public void Settings_of_a_berofos()
    {
        var map = ConfMap.Parse("bnfos_confmap_magic=0.1\n4_mode=1\r\n1_sz=checked\n6_wstate=2\nno line\n=x\n")!;
        Assert.Equal((true, true, "2", null, null), (map.Flag("4_mode"), map.Flag("1_sz"), map["6_wstate"], map["x"], map.Flag("y")));
        Assert.Null(ConfMap.Parse("<html>"));
        Assert.Null(ConfMap.Parse(""));
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string? Bits(bool[]? states) => states is null ? null : string.Concat(states.Select(state => state ? '1' : '0'));
}
