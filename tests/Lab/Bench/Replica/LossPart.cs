using System.Diagnostics;
using System.Net.Sockets;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>What a writer notices when the wire, the peer or the process goes away, and whether anything it was promised is gone.</summary>
public sealed class LossPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "When something is lost";
    private const string Ours = "appliance";
    private const long SmallDiskBytes = 128L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>All of it, run by run; every run has a pair of its own.</summary>
    public void Run()
    {
        for (var run = 1; run <= settings.Runs; run++)
        {
            InPair(LinkLoss);
            InPair(Promotion);
            InPair(KillServing);
            InPair(KillReceiving);
            Console.WriteLine($"{Part}: run {run} of {settings.Runs}");
        }
        Judge("link lost → writes continue", 2000);
        Judge("order to promote → first read", 200);
        Judge("kill -9 of the serving process → writes continue", 500);
        Judge("kill -9 of the receiving process → writes continue", 500);
        var lost = Lost();
        lost.Judge("0", lost.All[0].Values.Sum(), lost.All[0].Values.Sum() == 0);
    }

    private Figure Gap(string name) => figures.Get(Part, name, "ms");

    private Figure Lost() => figures.Get(Part, "acknowledged writes lost, all runs", "");

    private void Judge(string name, double aim)
    {
        var figure = Gap(name);
        figure.Judge($"≤ {aim} ms", figure.Of(Ours), figure.Of(Ours) <= aim);
    }

    private void InPair(Action<ReplicaPair> work)
    {
        var (near, far) = (room.FreshDisk("near.disk", SmallDiskBytes), room.FreshDisk("far.disk", SmallDiskBytes));
        using var pair = new ReplicaPair(room, settings.Binary, near, far);
        work(pair);
    }

    private void LinkLoss(ReplicaPair pair)
    {
        using var writer = Begin(pair);
        var moment = MonotonicClock.NowMs;
        room.SetWire(up: false);
        AwaitMoreThan(writer, 2000, TimeSpan.FromSeconds(3));
        Gap("link lost → writes continue").Add(Ours, writer.LongestGapSince(moment));
        room.SetWire(up: true);
        pair.AwaitWhole();
        writer.Stop();
        CompareBoth(pair, writer);
    }

    private void Promotion(ReplicaPair pair)
    {
        using var writer = Begin(pair);
        pair.A.Kill();
        writer.Dispose();
        var begin = Stopwatch.GetTimestamp();
        Promote(pair.B);
        Gap("order to promote → first read").Add(Ours, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        Lost().Add(Ours, writer.LostOn(pair.B.Socket));
    }

    private void KillServing(ReplicaPair pair)
    {
        using var writer = Begin(pair);
        var moment = MonotonicClock.NowMs;
        pair.A.Kill();
        pair.A.Restart();
        pair.A.WaitUntilUp();
        AwaitMoreThan(writer, 200, Limit);
        Gap("kill -9 of the serving process → writes continue").Add(Ours, writer.LongestGapSince(moment));
        pair.AwaitWhole();
        writer.Stop();
        CompareBoth(pair, writer);
    }

    private void KillReceiving(ReplicaPair pair)
    {
        using var writer = Begin(pair);
        var moment = MonotonicClock.NowMs;
        pair.B.Kill();
        AwaitMoreThan(writer, 200, Limit);
        Gap("kill -9 of the receiving process → writes continue").Add(Ours, writer.LongestGapSince(moment));
        pair.B.Restart();
        pair.AwaitWhole();
        writer.Stop();
        CompareBoth(pair, writer);
    }

    private static AcknowledgedWriter Begin(ReplicaPair pair)
    {
        var writer = new AcknowledgedWriter(pair.Socket);
        Thread.Sleep(TimeSpan.FromSeconds(1));
        if (writer.Count == 0) throw new LabException("the writer gets no acknowledgements from a whole pair");
        return writer;
    }

    private static void AwaitMoreThan(AcknowledgedWriter writer, int writes, TimeSpan limit)
    {
        Thread.Sleep(TimeSpan.FromMilliseconds(100)); // What was on its way when it happened does not count.
        var begin = writer.Count;
        Waiting.Until(limit, () => writer.Count >= begin + writes);
    }

    // The serving copy, and then the other one alone.
    private void CompareBoth(ReplicaPair pair, AcknowledgedWriter writer)
    {
        var lost = writer.LostOn(pair.A.Socket);
        pair.A.Kill();
        Promote(pair.B);
        Lost().Add(Ours, lost + writer.LostOn(pair.B.Socket));
    }

    private static void Promote(ApplianceServer server)
    {
        server.Promote("""{"peer_is_harmless":true}""");
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(1), () => CanRead(server.Socket));
    }

    private static bool CanRead(string socket)
    {
        try
        {
            using var client = new NbdClient(socket, Limit);
            client.Read(0, new byte[4096]);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false; // Not yet.
        }
    }
}
