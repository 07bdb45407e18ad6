using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Appliance.Core.Replica.Wire;

namespace Appliance.Agent.Update.Pair;

/// <summary>
/// Messages between the two nodes over TCP. First the greeting of the replica's protocol: both prove that they have the cluster's key
/// (docs/PROTOCOL.md, Greeting). Then every message is its length u32 big-endian, the message and a tag of 16 bytes, sealed by the frame
/// key
/// of its direction: nobody in between can read, change, repeat or leave out one.
/// </summary>
internal sealed class PairChannel : IDisposable
{
    /// <summary>Largest message, bytes.</summary>
    public const int MessageBytesMax = 256 << 10;

    private readonly Socket _socket;
    private readonly FrameCipher _seal;
    private readonly FrameCipher _open;
    private readonly byte[] _buffer = new byte[4 + MessageBytesMax + FrameCipher.TagBytes];

    private PairChannel(Socket socket, FrameCipher seal, FrameCipher open) => (_socket, _seal, _open) = (socket, seal, open);

    /// <summary>Greets. Null and a sentence: it is not the other node, or not one that believes us.</summary>
    /// <param name="socket">With time-outs, which bound every wait.</param>
    public static PairChannel? Greet(Socket socket, GreetingConfig me, out string problem)
    {
        var greeting = new Greeting(me, RandomNumberGenerator.GetBytes(Greeting.NonceBytes));
        Span<byte> answer = new byte[Greeting.FrameBytesMax];
        try
        {
            SendAll(socket, answer[..greeting.Begin(answer)]);
            var frame = new byte[Greeting.FrameBytesMax];
            while (greeting.State is GreetingState.Hello or GreetingState.Proof)
            {
                ReceiveAll(socket, frame.AsSpan(0, FrameText.HeaderBytes));
                problem = FrameText.Read(frame, out var header, out var checksum) ?? "";
                if (problem.Length > 0) return null;
                problem = "what arrived is no greeting of another node";
                if (!FrameRules.IsGreeting(header.Kind) || header.Length > FrameRules.GreetingBytesMax) return null;
                var payload = frame.AsSpan(FrameText.HeaderBytes, header.Length);
                ReceiveAll(socket, payload);
                if (FrameText.Checksum(payload) != checksum) return null;
                SendAll(socket, answer[..greeting.Heard(header, payload, answer)]);
            }
        }
        catch (IOException fault)
        {
            problem = $"the greeting did not end: {fault.Message}";
            return null;
        }

        problem = greeting.State == GreetingState.Accepted ? "" : greeting.Words;
        if (greeting.State != GreetingState.Accepted) return null;
        return new PairChannel(socket, greeting.Cipher(me.Node)!, greeting.Cipher(1 - me.Node)!);
    }

    /// <exception cref="IOException">The other node is gone.</exception>
    public void Send(ReadOnlySpan<byte> message)
    {
        var header = _buffer.AsSpan(0, 4);
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)message.Length);
        _seal.Seal(header, message, _buffer.AsSpan(4, message.Length), _buffer.AsSpan(4 + message.Length, FrameCipher.TagBytes));
        SendAll(_socket, _buffer.AsSpan(0, 4 + message.Length + FrameCipher.TagBytes));
    }

    /// <summary>The next message; valid until the next call.</summary>
    /// <exception cref="IOException">The other node is gone, silent for too long, or somebody plays tricks.</exception>
    public Span<byte> Receive()
    {
        ReceiveAll(_socket, _buffer.AsSpan(0, 4));
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer);
        if (length > MessageBytesMax) throw new IOException("a message is longer than any can be");
        ReceiveAll(_socket, _buffer.AsSpan(4, (int)length + FrameCipher.TagBytes));
        var message = _buffer.AsSpan(4, (int)length);
        return _open.Open(_buffer.AsSpan(0, 4), message, _buffer.AsSpan(4 + (int)length, FrameCipher.TagBytes)) ? message
            : throw new IOException("a message was changed on its way");
    }

    public void Dispose()
    {
        _seal.Dispose();
        _open.Dispose();
        _socket.Dispose();
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var put = socket.Send(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success) throw new IOException(new SocketException((int)error).Message);
            bytes = bytes[put..];
        }
    }

    private static void ReceiveAll(Socket socket, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var got = socket.Receive(into, SocketFlags.None, out var error);
            if (error != SocketError.Success) throw new IOException(new SocketException((int)error).Message);
            if (got == 0) throw new IOException("the other node hung up");
            into = into[got..];
        }
    }
}
