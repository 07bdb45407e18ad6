using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>Opens the serial port of a board; null and why not.</summary>
/// <param name="problem">In words.</param>
/// <param name="fault">Of which kind.</param>
internal delegate ISerialPort? OpenPort(out string problem, out RelayFault fault);

/// <summary>
/// The conversation with a board over a serial line: a command, then perhaps an answer. What arrives late is thrown away before the next
/// command, so that it cannot be taken for that one's answer. Every wait has an end, every answer a greatest length.
/// </summary>
internal sealed class RelayLine(string place, OpenPort open) : IDisposable
{
    /// <summary>No board says as much at a time; more is a device that does not stop.</summary>
    private const int StaleBytesMax = 2048;

    /// <summary>The answers waited for within one operation: the question may be repeated, and there are several.</summary>
    private const int Parts = 4;

    private static readonly TimeSpan OutputStep = TimeSpan.FromMilliseconds(2);

    /// <summary>Ten characters at 9600 baud.</summary>
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(10);

    private ISerialPort? _port;

    public string Place => place;

    public bool IsOpen => _port is not null;

    public void Open()
    {
        _port = open(out var problem, out var fault);
        if (_port is null) throw new RelayTrouble(fault, $"{place}: {problem}");
    }

    public void Close()
    {
        _port?.Dispose();
        _port = null;
    }

    public void Dispose() => Close();

    /// <summary>Throws away what nobody asked for, then gives a command to the line and sees it off: closing throws away what is still
    /// waiting.</summary>
    public void Send(ReadOnlySpan<byte> command, RelayDeadline deadline)
    {
        ThrowAwayStale(deadline);
        while (!command.IsEmpty)
        {
            var written = Port.Write(command);
            if (written.Failed) throw Vanished(written.Error);
            command = command[written.Count..];
            if (command.IsEmpty) break;
            deadline.Check($"{place} takes no bytes");
            if (written.Count == 0) _ = deadline.Wait(Port.Fd, PollFd.Out, deadline.Left);
        }

        while (Port.Queued > 0) deadline.Pause(OutputStep, $"{place} takes no bytes");
    }

    /// <summary>Fails when the port is gone.</summary>
    public void Touch(RelayDeadline deadline) => ThrowAwayStale(deadline);

    /// <summary>An answer of a fixed length.</summary>
    /// <param name="what">What was asked for.</param>
    public byte[] Receive(int count, string what, RelayDeadline deadline)
    {
        var answer = new byte[count];
        var taken = 0;
        while (taken < count)
        {
            var found = Take(answer.AsSpan(taken), deadline.Part(Parts), deadline);
            if (found == 0) throw Silence(what, taken, $"{count} bytes");
            taken += found;
        }

        EndsHere(what, count, deadline);
        return answer;
    }

    /// <summary>An answer up to and with a byte.</summary>
    public byte[] ReceiveUntil(byte end, int max, string what, RelayDeadline deadline)
    {
        var answer = new byte[max];
        for (var taken = 0; taken < max; taken++)
        {
            if (Take(answer.AsSpan(taken, 1), deadline.Part(Parts), deadline) == 0)
                throw Silence(what, taken, $"an answer that ends with '{(char)end}'");
            if (answer[taken] != end) continue;
            EndsHere(what, taken + 1, deadline);
            return answer[..(taken + 1)];
        }

        throw new RelayTrouble(RelayFault.Endless,
            $"{place}: the answer to {what} did not end within {max} bytes; is another device on this port, or another baud rate?");
    }

    /// <summary>An answer of unknown length: it is over when nothing more comes for a while. Empty: there is none.</summary>
    /// <param name="first">How long the first byte is waited for.</param>
    /// <param name="gap">How long every further one.</param>
    public byte[] ReceiveAll(TimeSpan first, TimeSpan gap, int max, string what, RelayDeadline deadline)
    {
        var answer = new byte[max + 1];
        var taken = 0;
        while (taken <= max)
        {
            var found = Take(answer.AsSpan(taken), taken == 0 ? first : gap, deadline);
            if (found == 0) return answer[..taken];
            taken += found;
        }

        throw new RelayTrouble(RelayFault.Endless,
            $"{place}: the answer to {what} did not end within {max} bytes; is another device on this port, or another baud rate?");
    }

    /// <summary>A device that goes on talking is none that we know, and what it says next must not be taken for an answer.</summary>
    private void EndsHere(string what, int length, RelayDeadline deadline)
    {
        Span<byte> more = stackalloc byte[1];
        if (!deadline.Wait(Port.Fd, PollFd.In, AfterAnswer) || Port.Read(more).Count == 0) return;
        throw new RelayTrouble(RelayFault.Endless,
            $"{place} goes on after the {length} bytes of its answer to {what}; is another device on this port, or another baud rate?");
    }

    private ISerialPort Port => _port ?? throw new RelayTrouble(RelayFault.Missing, $"{place} is not open");

    private void ThrowAwayStale(RelayDeadline deadline)
    {
        Span<byte> stale = stackalloc byte[256];
        var thrown = 0;
        while (true)
        {
            deadline.Check(place);
            var read = Port.Read(stale);
            if (read.Failed) throw Vanished(read.Error);
            if (read.Count == 0) return;
            thrown += read.Count;
            if (thrown > StaleBytesMax)
                throw new RelayTrouble(RelayFault.Endless,
                    $"{place} does not stop sending: {thrown} bytes that nobody asked for; is another device on this port?");
        }
    }

    private int Take(Span<byte> room, TimeSpan patience, RelayDeadline deadline)
    {
        while (true)
        {
            deadline.Check($"{place} is being listened to");
            var read = Port.Read(room);
            if (read.Failed) throw Vanished(read.Error);
            if (read.Count > 0) return read.Count;
            if (!deadline.Wait(Port.Fd, PollFd.In, patience))
            {
                deadline.Check($"{place} is being listened to");
                return 0;
            }
        }
    }

    private RelayTrouble Silence(string what, int taken, string expected) => taken == 0
        ? new RelayTrouble(RelayFault.Silent,
            $"{place} does not answer {what}; expected {expected}: is its power on, is it this kind of board, is the baud rate right?")
        : new RelayTrouble(RelayFault.Garbage, $"{place} broke off its answer to {what} after {taken} bytes; expected {expected}");

    private RelayTrouble Vanished(int error) =>
        new(RelayFault.Vanished, $"{place} is gone ({Errno.Words(error)}): was it unplugged? It is used again when it is back");
}
