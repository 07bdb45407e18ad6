using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.Tests.PeerLink;

/// <summary>What a wire can do to a connection.</summary>
internal enum Harm
{
    None,

    /// <summary>One bit of one byte is another one.</summary>
    Flip,

    /// <summary>It ends in the middle.</summary>
    Cut,

    /// <summary>Bytes come late and in small parts.</summary>
    Delay,

    /// <summary>From some byte on nothing arrives, and nobody says so.</summary>
    Hang,
}

/// <summary>A wire between two links that harms the next connection once, then is good again.</summary>
internal sealed class DamagingProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _open = [];
    private readonly int _target;
    private (Harm Harm, bool TowardsListener, int At) _plan;
    private int _struck;

    /// <param name="target">Port that the connections go on to.</param>
    public DamagingProxy(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        new Thread(AcceptAll) { IsBackground = true }.Start();
    }

    public int Port { get; }

    /// <summary>The harm has been done.</summary>
    public bool HasStruck => Volatile.Read(ref _struck) != 0;

    /// <summary>Of the next connection.</summary>
    /// <param name="towardsListener">Which direction is harmed.</param>
    /// <param name="at">Bytes of this direction that pass before.</param>
    public void Plan(Harm harm, bool towardsListener, int at)
    {
        lock (_open) _plan = (harm, towardsListener, at);
        Volatile.Write(ref _struck, 0);
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_open) _open.ForEach(socket => socket.Dispose());
    }

    private void AcceptAll()
    {
        try
        {
            while (true) Join(_listener.Accept());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Join(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        (Harm Harm, bool TowardsListener, int At) plan;
        lock (_open)
        {
            _open.AddRange([near, far]);
            (plan, _plan) = (_plan, default);
        }

        try
        {
            far.Connect(IPAddress.Loopback, _target);
        }
        catch (SocketException)
        {
            near.Dispose(); // Nobody listens yet: the dialler tries again.
            return;
        }

        new Thread(() => Pass(near, far, plan.TowardsListener ? plan.Harm : Harm.None, plan.At)) { IsBackground = true }.Start();
        new Thread(() => Pass(far, near, plan.TowardsListener ? Harm.None : plan.Harm, plan.At)) { IsBackground = true }.Start();
    }

    private void Pass(Socket from, Socket to, Harm harm, int at)
    {
        var bytes = new byte[harm == Harm.Delay ? 700 : 16 << 10];
        try
        {
            for (var passed = 0; ;)
            {
                var count = from.Receive(bytes);
                if (count == 0) break;
                var here = at - passed;
                passed += count;
                if (harm == Harm.Delay && Volatile.Read(ref _struck) < 20) Thread.Sleep(1 + (Interlocked.Increment(ref _struck) % 4));
                if (harm is Harm.Flip or Harm.Cut or Harm.Hang && here < count)
                {
                    if (harm == Harm.Flip && here >= 0) bytes[here] ^= (byte)(1 << (at % 8));
                    if (harm == Harm.Cut) break;
                    Volatile.Write(ref _struck, 1);
                    if (harm == Harm.Hang) continue;
                }

                for (var sent = 0; sent < count;) sent += to.Send(bytes, sent, count - sent, SocketFlags.None);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // One side went; the other one is told below.
        }

        if (harm == Harm.Cut) Volatile.Write(ref _struck, 1);
        from.Dispose();
        to.Dispose();
    }
}
