using System.Runtime.InteropServices;
using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Systemd;

/// <summary>One connection to a bus. Belongs to one thread.</summary>
internal sealed unsafe class BusConnection : IDisposable
{
    private const ulong CallMicroseconds = 5_000_000;
    private nint _bus;

    /// <exception cref="BusFault">Nobody listens there, or libsystemd is missing.</exception>
    public BusConnection(string address, bool isBus)
    {
        HasDaemon = isBus;
        try
        {
            fixed (nint* bus = &_bus) Check(SdBus.sd_bus_new(bus), "sd_bus_new");
            Check(SdBus.sd_bus_set_address(_bus, address), address);
            if (isBus) Check(SdBus.sd_bus_set_bus_client(_bus, 1), address);
            Check(SdBus.sd_bus_start(_bus), address);
        }
        catch (DllNotFoundException)
        {
            throw new BusFault(2, "", "libsystemd.so.0 is missing: apt install libsystemd0");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A bus daemon stands between us and systemd: names and matches are needed.</summary>
    public bool HasDaemon { get; }

    public int Fd => SdBus.sd_bus_get_fd(_bus);

    /// <summary>What poll(2) must wait for.</summary>
    public short Events => (short)Math.Max(0, SdBus.sd_bus_get_events(_bus));

    /// <summary>Calls a method with string and 32-bit arguments and reads the reply with <paramref name="read"/>.</summary>
    /// <exception cref="BusFault">Refused, or no answer within five seconds.</exception>
    public T Call<T>(string? destination, string path, string contract, string member, object[] arguments, Func<nint, T> read)
    {
        nint message, reply = 0;
        SdBusError error = default;
        Check(SdBus.sd_bus_message_new_method_call(_bus, &message, destination, path, contract, member), member);
        try
        {
            foreach (var argument in arguments) Append(message, argument);
            var result = SdBus.sd_bus_call(_bus, message, CallMicroseconds, &error, &reply);
            if (result < 0) throw Refused(-result, member, error);
            return read(reply);
        }
        finally
        {
            SdBus.sd_bus_error_free(&error);
            SdBus.sd_bus_message_unref(message);
            if (reply != 0) SdBus.sd_bus_message_unref(reply);
        }
    }

    /// <summary>Reads what has arrived; hands over every message that is not the answer to a call.</summary>
    public void Process(Action<nint> each)
    {
        int result;
        do
        {
            nint message = 0;
            result = SdBus.sd_bus_process(_bus, &message);
            Check(result, "bus");
            if (message == 0) continue;
            try
            {
                each(message);
            }
            finally
            {
                SdBus.sd_bus_message_unref(message);
            }
        }
        while (result > 0);
    }

    public static string ReadString(nint message, char type = 's')
    {
        byte* text;
        return SdBus.sd_bus_message_read_basic(message, (byte)type, &text) > 0 ? Words(text) : "";
    }

    public static string ReadVariantString(nint message) =>
        SdBus.sd_bus_message_enter_container(message, (byte)'v', "s") > 0 ? ReadString(message) : "";

    /// <summary>The number of a job given as (uo), 0: none.</summary>
    public static uint ReadVariantJob(nint message) =>
        SdBus.sd_bus_message_enter_container(message, (byte)'v', "(uo)") > 0
            && SdBus.sd_bus_message_enter_container(message, (byte)'r', "uo") > 0
            ? ReadNumber(message)
            : 0;

    public static uint ReadNumber(nint message)
    {
        uint number = 0;
        _ = SdBus.sd_bus_message_read_basic(message, (byte)'u', &number);
        return number;
    }

    public static bool IsSignal(nint message, string contract, string member) =>
        SdBus.sd_bus_message_is_signal(message, contract, member) > 0;

    public static string PathOf(nint message) => Words(SdBus.sd_bus_message_get_path(message));

    public void Dispose()
    {
        if (_bus != 0) SdBus.sd_bus_close_unref(_bus);
        _bus = 0;
    }

    private static void Append(nint message, object argument)
    {
        if (argument is int number)
        {
            Check(SdBus.sd_bus_message_append_basic(message, (byte)'i', &number), "append");
            return;
        }

        fixed (byte* text = Encoding.UTF8.GetBytes((string)argument + '\0')) // sd-bus copies it.
            Check(SdBus.sd_bus_message_append_basic(message, (byte)'s', text), "append");
    }

    private static void Check(int result, string what)
    {
        if (result < 0) throw new BusFault(-result, "", $"{what}: {Errno.Words(-result)}");
    }

    private static BusFault Refused(int errno, string member, SdBusError error)
    {
        var words = error.Message == null ? Errno.Words(errno) : Words(error.Message);
        return new BusFault(errno, Words(error.Name), $"{member}: {words}");
    }

    private static string Words(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
