using System.Net;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>Writes another IP address into the bridge's flash. It counts after a reset, which is only sent when the flash reads back as
/// written.</summary>
/// <param name="port">1 or 2.</param>
/// <param name="address">IPv4.</param>
/// <param name="reset">Reset afterwards: the lines are silent meanwhile.</param>
public sealed class SetAddressSession(int port, IPAddress address, bool reset) : BridgeSession
{
    private const uint BlockSize = 65536;

    protected override string DoneWords => reset
        ? $"port {port} has the address {address}; the bridge restarts and must be configured again"
        : $"the address {address} is written for port {port} and counts after a reset";

    protected override IEnumerable<Exchange> Script()
    {
        // Twice, as the vendor's client does.
        yield return Exchange.Must(BridgeRequest.GetStaticInfo());
        var who = Exchange.Must(BridgeRequest.GetStaticInfo());
        yield return who;
        var blocks = StaticInfo.Read(who.Payload).FlashBlocks;
        if (blocks < 2)
        {
            Fail($"the bridge says its flash has {blocks} blocks; expected at least 2");
            yield break;
        }

        var block = (uint)(blocks - 2);
        var read = Exchange.Must(BridgeRequest.ReadFlash(block * BlockSize, FlashConfig.Size));
        yield return read;
        var found = FlashConfig.Read(read.Payload.AsSpan(BlockRange.Size));
        if (!found.IsIntact)
        {
            Fail("the address block in the bridge's flash has a CRC that does not fit; nothing was written");
            yield break;
        }

        var wanted = found.With(port, address);
        yield return Exchange.Must(BridgeRequest.WriteBuffer(0, wanted.Bytes.ToArray()));
        yield return Exchange.Must(BridgeRequest.WriteFlash(block));
        if (!reset) yield break;
        var check = Exchange.Must(BridgeRequest.ReadFlash(block * BlockSize, FlashConfig.Size));
        yield return check;
        if (check.Payload.AsSpan(BlockRange.Size).SequenceEqual(wanted.Bytes)) yield return Exchange.Must(BridgeRequest.ResetBridge());
        else Fail("the flash does not read back as it was written; the bridge was not reset: write it again before it loses power");
    }
}
