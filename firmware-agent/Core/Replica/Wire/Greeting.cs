using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Core.Replica.Wire;

public enum GreetingState : byte
{
    /// <summary>The peer's Hello is awaited.</summary>
    Hello,

    /// <summary>The peer's Proof is awaited.</summary>
    Proof,

    /// <summary>It is the other node of this replica, and has the key.</summary>
    Accepted,

    /// <summary>It is not, or does not believe us; see <see cref="Greeting.Words"/>.</summary>
    Refused,

    /// <summary>What arrived makes no sense: not worth counting as a refusal.</summary>
    Garbage,
}

/// <summary>
/// Two nodes prove to each other who they are. Both say Hello at once; each answers the other's Hello with a Proof: HMAC-SHA256 over a
/// label of its own role, the version, the key id and both Hellos as they were sent, so that nothing of them can be changed, reflected or
/// played back. The key is derived from the cluster's key for this purpose only. No clock, no socket: the shell has the deadline.
/// <code>
///   Hello ──Hello that fits: Proof goes out──▶ Proof ──Proof that fits──▶ Accepted
///     │ wrong cluster, replica, node, version…   │ wrong key, forged
///     └───────────────▶ Refused ◀────────────────┘
/// </code>
/// </summary>
public sealed class Greeting
{
    /// <summary>Room that <see cref="Begin"/> and <see cref="Heard"/> may need.</summary>
    public const int FrameBytesMax = FrameText.HeaderBytes + FrameRules.GreetingBytesMax;

    /// <summary>Random bytes that each greeting needs.</summary>
    public const int NonceBytes = Hello.NonceBytes;

    private static readonly byte[][] ProofLabels =
        ["appliance replica, proof of node 0"u8.ToArray(), "appliance replica, proof of node 1"u8.ToArray()];

    private static readonly byte[][] FrameLabels =
        ["appliance replica, frames of node 0"u8.ToArray(), "appliance replica, frames of node 1"u8.ToArray()];

    private readonly GreetingConfig _config;
    private readonly byte[] _mine;
    private byte[] _theirs = [];
    private Key? _key;
    private byte _version;

    /// <param name="config">Who we are.</param>
    /// <param name="nonce">Random, never used before.</param>
    public Greeting(GreetingConfig config, ReadOnlySpan<byte> nonce)
    {
        Span<byte> hello = stackalloc byte[FrameRules.GreetingBytesMax];
        (_config, _mine) = (config, hello[..Hello.Write(config, nonce, hello)].ToArray());
    }

    public GreetingState State { get; private set; }

    /// <summary>Why it was refused.</summary>
    public string Words { get; private set; } = "";

    private int Peer => 1 - _config.Node;

    /// <summary>Writes our Hello, a whole frame; returns its bytes.</summary>
    public int Begin(Span<byte> into) => Frame(FrameKind.Hello, _mine, into);

    /// <summary>Takes a frame of the peer (checksums are good) and writes the answer, a whole frame or none; returns its bytes.</summary>
    public int Heard(in FrameHeader header, ReadOnlySpan<byte> payload, Span<byte> answer)
    {
        switch (State, header.Kind)
        {
            case (GreetingState.Hello, FrameKind.Hello):
                return HelloHeard(payload, answer);
            case (GreetingState.Proof, FrameKind.Proof):
                if (CryptographicOperations.FixedTimeEquals(Proof(Peer), payload))
                {
                    State = GreetingState.Accepted;
                    return 0;
                }

                return Refuse("the keys differ: copy the key file to both nodes; if they are equal somebody plays tricks", answer);
            case (GreetingState.Hello or GreetingState.Proof, FrameKind.Refused):
                (State, Words) = (GreetingState.Refused, $"the peer refuses: {Printable(payload)}");
                return 0;
            case (GreetingState.Refused, _):
                return 0; // Both may refuse at once.
            default:
                State = GreetingState.Garbage;
                return 0;
        }
    }

    /// <summary>For the frames of <paramref name="sender"/>; null: they go in clear. Once, after it was accepted.</summary>
    public FrameCipher? Cipher(int sender)
    {
        Invariant.Check(State == GreetingState.Accepted);
        if (!_config.Encrypt) return null;
        Span<byte> key = stackalloc byte[FrameCipher.KeyBytes];
        Derive(FrameLabels[sender], SHA256.HashData([.. First(), .. Second()]), key);
        return new FrameCipher(key, sender);
    }

    private int HelloHeard(ReadOnlySpan<byte> payload, Span<byte> answer)
    {
        if (!Hello.TryRead(payload, out var hello))
        {
            State = GreetingState.Garbage;
            return 0;
        }

        if (Fault(hello) is { } fault) return Refuse(fault, answer);
        (_theirs, State) = (payload.ToArray(), GreetingState.Proof);
        return Frame(FrameKind.Proof, Proof(_config.Node), answer);
    }

    private string? Fault(in Hello hello)
    {
        if (hello.Cluster != _config.Cluster) return "it belongs to another cluster";
        if (!hello.Name.SequenceEqual(Encoding.UTF8.GetBytes(_config.Replica)))
            return $"it is of replica '{Printable(hello.Name)}', here is '{_config.Replica}': compare addresses and ports";
        if (hello.Node != Peer)
            return hello.Node == _config.Node ? $"it says that it is node {_config.Node}, and so are we" : $"there is no node {hello.Node}";
        if (hello.VersionMin > _config.VersionMax)
            return $"it speaks version {hello.VersionMin} and later, here is up to {_config.VersionMax}: update node {_config.Node}";
        if (hello.VersionMax < _config.VersionMin)
            return $"it speaks up to version {hello.VersionMax}, here is {_config.VersionMin} and later: update node {Peer}";
        if ((hello.Features & Hello.Encryption) != 0 != _config.Encrypt)
            return "one node wants encryption and the other does not: make 'encryption' equal in both configurations";
        if ((hello.Features & ~Hello.Encryption) != 0) return "it wants features that this release does not have";
        (_version, _key) = (Math.Min(hello.VersionMax, _config.VersionMax), Common(hello.Keys));
        return _key is null ? "there is no key that both have: copy the key file to both nodes" : null;
    }

    /// <summary>The first in the list of node 0 that the other has too; the same on both sides.</summary>
    private Key? Common(ReadOnlySpan<byte> theirs)
    {
        if (_config.Node == 0)
        {
            foreach (var key in _config.Keys.All)
                if (theirs.Contains(key.Id)) return key;
            return null;
        }

        foreach (var id in theirs)
            if (_config.Keys.Find(id) is { } key) return key;
        return null;
    }

    private byte[] Proof(int node)
    {
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Derive("appliance replica, authentication"u8, _config.Cluster.ToByteArray(bigEndian: true), key);
        return HMACSHA256.HashData(key, [.. ProofLabels[node], _version, _key!.Id, .. First(), .. Second()]);
    }

    private byte[] First() => _config.Node == 0 ? _mine : _theirs;

    private byte[] Second() => _config.Node == 0 ? _theirs : _mine;

    /// <summary>HKDF-SHA256 (RFC 5869).</summary>
    private void Derive(ReadOnlySpan<byte> label, ReadOnlySpan<byte> salt, Span<byte> key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key!.Secret.AsSpan(), key, salt, label);

    private int Refuse(string words, Span<byte> answer)
    {
        (State, Words) = (GreetingState.Refused, words);
        return Frame(FrameKind.Refused, Encoding.UTF8.GetBytes(words), answer);
    }

    private static int Frame(FrameKind kind, ReadOnlySpan<byte> payload, Span<byte> into)
    {
        FrameText.Write(new FrameHeader(kind, FrameFlags.None, payload.Length, 0, 0, 0), FrameText.Checksum(payload), into);
        payload.CopyTo(into[FrameText.HeaderBytes..]);
        return FrameText.HeaderBytes + payload.Length;
    }

    /// <summary>Words of a stranger go into the journal: printable ASCII, and not many.</summary>
    private static string Printable(ReadOnlySpan<byte> text)
    {
        var words = new StringBuilder();
        foreach (var letter in text[..Math.Min(text.Length, 200)]) words.Append(letter is >= 0x20 and < 0x7F ? (char)letter : '?');
        return words.ToString();
    }
}
