using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Core.Wire;

/// <summary>Four bytes that tell clusters on one LAN apart before any key is tried.</summary>
public static class ClusterId
{
    /// <summary>The first four bytes of SHA-256 over the cluster's name in UTF-8.</summary>
    public static uint Of(string name) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
