using System.Net;
using System.Net.Sockets;

namespace Appliance.Agent.Web;

/// <summary>Who proves wrongly too often is not listened to for a while. Per address, never for all: nobody can lock the
/// operator out.</summary>
internal sealed class Lockout
{
    /// <summary>Wrong proofs within <see cref="WhileMs"/> after which an address is locked out.</summary>
    public const int Tries = 5;

    /// <summary>From the first wrong proof, and how long an address stays locked out, milliseconds.</summary>
    public const long WhileMs = 60_000;

    /// <summary>Addresses that are remembered; the oldest makes room.</summary>
    public const int AddressesMax = 256;

    private readonly Dictionary<string, (int Wrong, long Since)> _known = new(StringComparer.Ordinal);

    /// <summary>How many are remembered.</summary>
    public int Count => _known.Count;

    /// <summary>Seconds until it is listened to again; 0: now.</summary>
    public long SecondsLeft(string address, long now) =>
        _known.TryGetValue(NetworkOf(address), out var entry) && entry.Wrong >= Tries && now - entry.Since < WhileMs
            ? (entry.Since + WhileMs - now + 999) / 1000 : 0;

    /// <summary>It proved wrongly. True: from now on it is locked out.</summary>
    public bool Wrong(string address, long now)
    {
        var network = NetworkOf(address);
        var (wrong, since) = _known.TryGetValue(network, out var entry) && now - entry.Since < WhileMs ? entry : (0, now);
        wrong++;
        if (!_known.ContainsKey(network)) MakeRoom();
        // The time counts anew from the last try that was one too many.
        _known[network] = (wrong, wrong == Tries ? now : since);
        return wrong == Tries;
    }

    private void MakeRoom()
    {
        if (_known.Count < AddressesMax) return;
        var oldest = "";
        var since = long.MaxValue;
        foreach (var (address, entry) in _known)
            if (entry.Since < since) (oldest, since) = (address, entry.Since);
        _known.Remove(oldest);
    }

    /// <summary>An address of IPv6 is one of 2^64 that its owner has.</summary>
    private static string NetworkOf(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        _ = parsed.TryWriteBytes(bytes, out _);
        return Convert.ToHexStringLower(bytes[..8]);
    }
}
