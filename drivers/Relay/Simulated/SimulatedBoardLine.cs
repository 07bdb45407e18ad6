using System.Diagnostics;
using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>Connects a simulated board to its end of a serial line: a thread that hears, answers, and does what the faults say.</summary>
public sealed class SimulatedBoardLine : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(5);
    private readonly ISerialPort _end;
    private readonly SimulatedBoard _board;
    private readonly SimulatedBoardFaults _faults;
    private readonly Action<string>? _tell;
    private readonly Queue<(TimeSpan Due, byte[] Answer)> _answers = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly WakeUp _wake = new();
    private readonly Thread _thread;
    private byte[] _noise = [];
    private volatile bool _stop;

    /// <param name="end">The board's end; disposed with this.</param>
    /// <param name="board">What hears.</param>
    /// <param name="faults">May change while it runs.</param>
    /// <param name="tell">Given each command in words; from the twin's thread.</param>
    public SimulatedBoardLine(ISerialPort end, SimulatedBoard board, SimulatedBoardFaults faults, Action<string>? tell = null)
    {
        (_end, _board, _faults, _tell) = (end, board, faults, tell);
        _thread = new Thread(Run) { IsBackground = true, Name = "simulated board" };
        _thread.Start();
    }

    /// <summary>Something that nobody asked for: noise, or an answer that comes after all.</summary>
    public void Interject(ReadOnlySpan<byte> bytes) => Write(bytes);

    public void Dispose()
    {
        _stop = true;
        _wake.Pulse();
        _thread.Join();
        _end.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        var bytes = new byte[256];
        while (!_stop)
        {
            var read = _faults.Hangs ? default : _end.Read(bytes);
            for (var at = 0; at < read.Count; at++) Hear(bytes[at]);
            while (_answers.TryPeek(out var next) && next.Due <= _clock.Elapsed) Say(_answers.Dequeue().Answer);
            if (_noise.Length > 0) Write(_noise);
            if (_noise.Length > 0) _ = _wake.Wait(TimeSpan.FromMilliseconds(1));
            else if (read.Count == 0) Rest();
        }
    }

    /// <summary>A terminal that nobody has open polls ready all the time: so there is always a little pause.</summary>
    private unsafe void Rest()
    {
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = _end.Fd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        _ = PollFd.Wait(entries, 2, Idle);
        if (entries[0].Returned != PollFd.In || _faults.Hangs) _ = _wake.Wait(TimeSpan.FromMilliseconds(1));
    }

    private void Hear(byte value)
    {
        var answer = _board.Hear(value);
        if (_board.LastCommand.Length > 0) _tell?.Invoke(_board.LastCommand);
        if (answer.Length == 0 || _faults.Silent) return;
        var isLate = _faults.Late > TimeSpan.Zero && _faults.LateAnswers != 0;
        if (isLate && _faults.LateAnswers > 0) _faults.LateAnswers--;
        _answers.Enqueue((_clock.Elapsed + (isLate ? _faults.Late : TimeSpan.Zero), answer));
    }

    private void Say(byte[] answer)
    {
        if (_faults.Garbage) answer = [.. answer.Select(value => (byte)(value ^ 0xA6))];
        if (_faults.Half) answer = answer[..(answer.Length / 2)];
        if (_faults.Endless) _noise = answer;
        Write(answer);
    }

    /// <summary>What the line does not take is lost, as with a board without flow control.</summary>
    private void Write(ReadOnlySpan<byte> bytes) => _ = _end.Write(bytes);
}
