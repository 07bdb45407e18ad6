using System.Buffers.Binary;
using System.Net.Sockets;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>
/// A client of an NBD server on a unix socket, as small as possible: one request at a time, on the thread that asks. Ours, because the
/// usual ones neither say when a single write was acknowledged nor connect again after the server died.
/// </summary>
public sealed class NbdClient : IDisposable
{
    private const ulong OptionMagic = 0x49484156454F5054; // IHAVEOPT
    private const uint RequestMagic = 0x25609513;
    private const uint ReplyMagic = 0x67446698;
    private const uint OptionExportName = 1;
    private const uint FixedNewstyleNoZeroes = 3;
    private const ushort CommandRead = 0;
    private const ushort CommandWrite = 1;
    private const ushort CommandDisconnect = 2;
    private const ushort CommandFlush = 3;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _header = new byte[28];
    private ulong _cookie;

    /// <summary>Connects to the default export. A <see cref="SocketException"/> or <see cref="IOException"/>: not now.</summary>
    /// <param name="path">The server's socket.</param>
    /// <param name="limit">For each answer.</param>
    public NbdClient(string path, TimeSpan limit)
    {
        try
        {
            _socket.ReceiveTimeout = _socket.SendTimeout = (int)limit.TotalMilliseconds;
            _socket.Connect(new UnixDomainSocketEndPoint(path));
            Greet();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Size of the device, bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes; returns when it was acknowledged.</summary>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Ask(CommandWrite, offset, data.Length);
        SendAll(data);
        Answer();
    }

    /// <summary>Reads.</summary>
    public void Read(long offset, Span<byte> data)
    {
        Ask(CommandRead, offset, data.Length);
        Answer();
        Fill(data);
    }

    /// <summary>Returns when all that was acknowledged is on stable storage.</summary>
    public void Flush()
    {
        Ask(CommandFlush, 0, 0);
        Answer();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Ask(CommandDisconnect, 0, 0);
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        _socket.Dispose();
    }

    private void Greet()
    {
        Fill(_header.AsSpan(0, 18)); // Two magic numbers and the server's flags.
        if (BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(8)) != OptionMagic) throw new IOException("this is no newstyle NBD server");
        BinaryPrimitives.WriteUInt32BigEndian(_header, FixedNewstyleNoZeroes);
        BinaryPrimitives.WriteUInt64BigEndian(_header.AsSpan(4), OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(12), OptionExportName);
        BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(16), 0);
        SendAll(_header.AsSpan(0, 20));
        Fill(_header.AsSpan(0, 10)); // Size and transmission flags; no zeroes were asked for.
        Bytes = BinaryPrimitives.ReadInt64BigEndian(_header);
    }

    private void Ask(ushort command, long offset, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_header, RequestMagic);
        BinaryPrimitives.WriteUInt16BigEndian(_header.AsSpan(4), 0);
        BinaryPrimitives.WriteUInt16BigEndian(_header.AsSpan(6), command);
        BinaryPrimitives.WriteUInt64BigEndian(_header.AsSpan(8), ++_cookie);
        BinaryPrimitives.WriteInt64BigEndian(_header.AsSpan(16), offset);
        BinaryPrimitives.WriteInt32BigEndian(_header.AsSpan(24), length);
        SendAll(_header);
    }

    private void Answer()
    {
        Fill(_header.AsSpan(0, 16));
        if (BinaryPrimitives.ReadUInt32BigEndian(_header) != ReplyMagic
            || BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(8)) != _cookie)
            throw new LabException("the NBD server answered something else than was asked");
        if (BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4)) is var error and not 0)
            throw new LabException($"the NBD server answered error {error}");
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
    }

    private void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = _socket.Receive(bytes);
            if (count == 0) throw new IOException("the NBD server closed the connection");
            bytes = bytes[count..];
        }
    }
}
