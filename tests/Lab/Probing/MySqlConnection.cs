using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Lab.Probing;

/// <summary>
/// Just enough of the MySQL protocol to log in with a password and run one statement, every step within the attempt's deadline.
/// </summary>
/// <remarks>The client library's time limits are whole seconds, too coarse for a probe that runs twenty times a second.</remarks>
public sealed class MySqlConnection : IDisposable
{
    private const uint Capabilities = 0x0000_0001 | 0x0000_0008 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000;
    private const byte QueryCommand = 3;
    private const byte Ok = 0x00;
    private const byte SwitchAuthentication = 0xfe;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Deadline _deadline;
    private byte _packetNumber;

    /// <summary>Prepares an attempt.</summary>
    public MySqlConnection(Deadline deadline) => _deadline = deadline;

    /// <summary>Gives what follows a time limit of its own, for connections with more than one attempt.</summary>
    public void Extend(TimeSpan limit) => _deadline = new Deadline(limit);

    /// <summary>Connects, reads the greeting and logs in.</summary>
    public bool TryOpen(IPEndPoint server, string user, string password, string database)
    {
        if (!_deadline.TryConnect(_socket, server, out _)) return false;
        var greeting = ReadPacket();
        if (greeting.Length == 0 || greeting[0] != 10) return false; // 255: too many connections or not allowed from here.
        WritePacket(Login(user, Scramble(password, Challenge(greeting)), database));
        var answer = ReadPacket();
        if (answer[0] == SwitchAuthentication)
        {
            var challenge = answer.AsSpan(Array.IndexOf(answer, (byte)0) + 1, 20);
            WritePacket(Scramble(password, challenge.ToArray()));
            answer = ReadPacket();
        }
        return answer[0] == Ok;
    }

    /// <summary>Runs a statement without a result set; true when the server acknowledged it.</summary>
    public bool TryExecute(string statement)
    {
        _packetNumber = 0;
        WritePacket([QueryCommand, .. Encoding.UTF8.GetBytes(statement)]);
        return ReadPacket()[0] == Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A reset instead of a goodbye: twenty connections a second must not pile up in TIME-WAIT.
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    // Protocol 10: version text, connection id, 8 bytes, filler, flags ..., then at least 12 bytes more of the challenge.
    private static byte[] Challenge(byte[] greeting)
    {
        var afterVersion = Array.IndexOf(greeting, (byte)0, 1) + 1;
        var first = greeting.AsSpan(afterVersion + 4, 8);
        var second = greeting.AsSpan(afterVersion + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10, 12);
        return [.. first, .. second];
    }

#pragma warning disable CA5350 // The protocol says SHA-1.
    private static byte[] Scramble(string password, byte[] challenge)
    {
        var once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        var twice = SHA1.HashData(once);
        var mask = SHA1.HashData([.. challenge, .. twice]);
        for (var index = 0; index < once.Length; index++) once[index] ^= mask[index];
        return once;
    }
#pragma warning restore CA5350

    private static byte[] Login(string user, byte[] scramble, string database)
    {
        var head = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Capabilities);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), 1 << 24);
        head[8] = 45; // utf8mb4_general_ci
        return
        [
            .. head, .. Encoding.UTF8.GetBytes(user), 0, (byte)scramble.Length, .. scramble,
            .. Encoding.UTF8.GetBytes(database), 0, .. "mysql_native_password"u8, 0,
        ];
    }

    private byte[] ReadPacket()
    {
        Span<byte> header = stackalloc byte[4];
        _deadline.ReadExactly(_socket, header);
        var body = new byte[header[0] | (header[1] << 8) | (header[2] << 16)];
        _deadline.ReadExactly(_socket, body);
        _packetNumber = (byte)(header[3] + 1);
        return body.Length > 0 ? body : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private void WritePacket(ReadOnlySpan<byte> body)
    {
        var packet = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, body.Length);
        packet[3] = _packetNumber;
        body.CopyTo(packet.AsSpan(4));
        _socket.Send(packet);
    }
}
