using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Agent.Replica.Drbd;

/// <summary>The shared secret by which two DRBDs know each other: made of the cluster's key, so that there is one secret to look
/// after, and it tells nothing of that key.</summary>
internal static class DrbdSecret
{
    /// <summary>DRBD takes fewer than 64 characters.</summary>
    private const int Bytes = 24;

    /// <summary>Of the key that signs now: when keys rotate, both nodes' processes are restarted once the new key is the first.</summary>
    public static string Of(KeySet keys, string cluster, string replica)
    {
        var purpose = Encoding.UTF8.GetBytes($"appliance drbd shared-secret\n{cluster}\n{replica}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(keys.Sending.Secret.AsSpan(), purpose)[..Bytes]);
    }
}
