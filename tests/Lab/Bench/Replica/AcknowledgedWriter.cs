using System.Buffers.Binary;
using System.Net.Sockets;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>
/// Writes numbered blocks one after the other without a pause, connects again when the server goes, sends an unanswered block again, and
/// knows which number each block was acknowledged with. Afterwards it compares a disk with that.
/// </summary>
public sealed class AcknowledgedWriter : IDisposable
{
    private const int BlockBytes = 4096;
    private const int Blocks = 16384;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _socket;
    private readonly ulong[] _acknowledged = new ulong[Blocks];
    private readonly ulong[] _sent = new ulong[Blocks];
    private readonly Lock _gate = new();
    private readonly List<double> _moments = [];
    private readonly Thread _thread;
    private volatile bool _end;
    private NbdClient? _client;
    private Exception? _failure;

    /// <summary>Starts writing to the server on this socket.</summary>
    public AcknowledgedWriter(string socket)
    {
        _socket = socket;
        _thread = new Thread(Run) { IsBackground = true, Name = "acknowledged writer" };
        _thread.Start();
    }

    /// <summary>How many writes were acknowledged so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _moments.Count;
        }
    }

    /// <summary>The longest time between two acknowledgements after a moment, the last one before it included; milliseconds.</summary>
    public double LongestGapSince(double momentMs)
    {
        lock (_gate)
        {
            var first = Math.Max(0, _moments.FindLastIndex(moment => moment < momentMs));
            return Enumerable.Range(first, _moments.Count - 1 - first).Select(index => _moments[index + 1] - _moments[index]).Max();
        }
    }

    /// <summary>99 of 100 writes in a span of time took less than this, microseconds.</summary>
    public double P99Between(double fromMs, double untilMs)
    {
        lock (_gate)
        {
            var first = _moments.FindIndex(moment => moment >= fromMs);
            var last = _moments.FindLastIndex(moment => moment <= untilMs);
            if (first < 0 || last - first < 100) return double.NaN;
            var gaps = Enumerable.Range(first, last - first).Select(index => _moments[index + 1] - _moments[index]).Order().ToArray();
            return gaps[(int)(gaps.Length * 0.99)] * 1000;
        }
    }

    /// <summary>Ends the writing; throws what went wrong, if anything did.</summary>
    public void Stop()
    {
        _end = true;
        _thread.Join();
        if (_failure is not null) throw new LabException($"the writer failed: {_failure.Message}");
    }

    /// <summary>
    /// Blocks whose content is neither the last acknowledged one nor one sent after it. Acknowledged writes that are gone, in short.
    /// </summary>
    public int LostOn(string socket)
    {
        using var client = new NbdClient(socket, Limit);
        var (block, lost) = (new byte[BlockBytes], 0);
        for (var index = 0; index < Blocks; index++)
        {
            if (_acknowledged[index] == 0) continue;
            client.Read((long)index * BlockBytes, block);
            var number = BinaryPrimitives.ReadUInt64LittleEndian(block);
            if (number < _acknowledged[index] || number > _sent[index] || !IsWhole(block, number)) lost++;
        }
        return lost;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end = true;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            var random = new Random(4711);
            for (var number = 1UL; !_end; number++) WriteUntilAcknowledged(random.Next(Blocks), number);
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
        finally
        {
            _client?.Dispose();
        }
    }

    private void WriteUntilAcknowledged(int index, ulong number)
    {
        var block = new byte[BlockBytes];
        Paint(block, number);
        _sent[index] = number;
        while (!_end)
        {
            try
            {
                _client ??= new NbdClient(_socket, Limit);
                _client.Write((long)index * BlockBytes, block);
                _acknowledged[index] = number;
                lock (_gate) _moments.Add(MonotonicClock.NowMs);
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // The server went. A kernel's front or a libnbd client would do the same: connect and ask again.
                _client?.Dispose();
                _client = null;
                Thread.Sleep(1);
            }
        }
    }

    // The number in every word, so that a torn block shows.
    private static void Paint(Span<byte> block, ulong number)
    {
        for (var at = 0; at < block.Length; at += 8) BinaryPrimitives.WriteUInt64LittleEndian(block[at..], number);
    }

    private static bool IsWhole(ReadOnlySpan<byte> block, ulong number)
    {
        for (var at = 0; at < block.Length; at += 8)
            if (BinaryPrimitives.ReadUInt64LittleEndian(block[at..]) != number) return false;
        return true;
    }
}
