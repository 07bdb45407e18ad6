using System.Buffers.Binary;
using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Vm.Relay;

/// <summary>A human interface device that this program pretends to be, through /dev/uhid (include/uapi/linux/uhid.h): the kernel binds its
/// own driver to it.</summary>
internal abstract unsafe class UhidDevice : IDisposable
{
    private const int EventBytes = 4376; // struct uhid_event: the type, and uhid_create2_req as the largest of its union.
    private const int DataMax = 4096;
    private const int Opening = 2 | 0x80000; // O_RDWR | O_CLOEXEC
    private const uint Output = 6;
    private const uint GetReport = 9;
    private const uint GetReportReply = 10;
    private const uint Create2 = 11;
    private const uint SetReport = 13;
    private const uint SetReportReply = 14;
    private const ushort UsbBus = 3;
    private readonly Descriptor _uhid;
    private readonly WakeUp _end = new();
    private readonly Thread _thread;

    protected UhidDevice(string name, ushort vendor, ushort product, ReadOnlySpan<byte> descriptor)
    {
        _uhid = new Descriptor(Libc.open("/dev/uhid", Opening));
        if (_uhid.Fd < 0) throw new IOException($"/dev/uhid: {Errno.LastWords}");
        var create = new byte[EventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(create, Create2);
        Encoding.ASCII.GetBytes(name).CopyTo(create, 4);
        BinaryPrimitives.WriteUInt16LittleEndian(create.AsSpan(260), (ushort)descriptor.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(create.AsSpan(262), UsbBus);
        BinaryPrimitives.WriteUInt32LittleEndian(create.AsSpan(264), vendor);
        BinaryPrimitives.WriteUInt32LittleEndian(create.AsSpan(268), product);
        descriptor.CopyTo(create.AsSpan(280));
        Send(create);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Unplugs it.</summary>
    public void Dispose()
    {
        _end.Pulse();
        _thread.Join();
        _uhid.Dispose();
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An output report, as the caller of write(2) gave it.</summary>
    protected virtual void OnOutput(ReadOnlySpan<byte> report)
    {
    }

    /// <summary>A feature report is set; its number comes first.</summary>
    protected virtual void OnFeatureSet(ReadOnlySpan<byte> report)
    {
    }

    /// <summary>A feature report is asked for; how many bytes there are.</summary>
    protected abstract int OnFeatureGet(byte number, Span<byte> report);

    private void Run()
    {
        var heard = new byte[EventBytes];
        var entries = stackalloc PollFd[2];
        while (true)
        {
            entries[0] = new PollFd { Fd = _uhid.Fd, Events = PollFd.In };
            entries[1] = new PollFd { Fd = _end.Fd, Events = PollFd.In };
            _ = PollFd.Wait(entries, 2, null);
            if (entries[1].Returned != 0) return;
            fixed (byte* bytes = heard)
                if (Libc.read(_uhid.Fd, bytes, heard.Length) > 0) Hear(heard);
        }
    }

    private void Hear(byte[] heard)
    {
        switch (BinaryPrimitives.ReadUInt32LittleEndian(heard))
        {
            case Output:
                OnOutput(heard.AsSpan(4, BinaryPrimitives.ReadUInt16LittleEndian(heard.AsSpan(4 + DataMax))));
                break;
            case GetReport:
                var reply = Reply(GetReportReply, heard);
                var count = OnFeatureGet(heard[8], reply.AsSpan(12, DataMax));
                BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(10), (ushort)count);
                Send(reply);
                break;
            case SetReport:
                OnFeatureSet(heard.AsSpan(12, BinaryPrimitives.ReadUInt16LittleEndian(heard.AsSpan(10))));
                Send(Reply(SetReportReply, heard));
                break;
            default:
                break; // Start, stop, open, close.
        }
    }

    /// <summary>An event that carries the number of the question.</summary>
    private static byte[] Reply(uint type, byte[] question)
    {
        var reply = new byte[EventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(reply, type);
        question.AsSpan(4, 4).CopyTo(reply.AsSpan(4));
        return reply;
    }

    private void Send(byte[] message)
    {
        fixed (byte* bytes = message) _ = Libc.write(_uhid.Fd, bytes, message.Length);
    }
}
