using System.Runtime.InteropServices;

namespace Appliance.Drivers.Web;

/// <summary>
/// One client of the stream of messages. A client that is slower than the news gets the newest and misses those between.
/// </summary>
/// <remarks>
/// <code>
///           Publish: resume                 a message was taken whole, and there is no newer
/// Asleep ───────────────────▶ Awake ────────────────────────────────────────▶ Asleep (suspend)
///    │                          │
///    └──────── End ─────────────┴─────▶ Ended: the next read says so
/// </code>
/// </remarks>
internal sealed class WebStream(nint connection)
{
    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte> _sending;
    private ReadOnlyMemory<byte> _next;
    private bool _asleep;
    private bool _ended;

    /// <summary>Hands a message over. Any thread.</summary>
    public void Publish(ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            _next = message;
            WakeUp();
        }
    }

    /// <summary>What is on its way is not completed.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            WakeUp();
        }
    }

    /// <summary>Fills a buffer of the server's thread; 0: asleep until there is something.</summary>
    public unsafe nint Read(byte* buffer, nuint most)
    {
        lock (_lock)
        {
            if (_ended) return MicrohttpdLibrary.EndOfStream;
            if (_sending.IsEmpty) (_sending, _next) = (_next, default);
            if (_sending.IsEmpty)
            {
                _asleep = true;
                MicrohttpdLibrary.MHD_suspend_connection(connection);
                return 0;
            }

            var count = (int)Math.Min((nuint)_sending.Length, most);
            _sending.Span[..count].CopyTo(new Span<byte>(buffer, count));
            _sending = _sending[count..];
            return count;
        }
    }

    private void WakeUp()
    {
        if (!_asleep) return;
        _asleep = false;
        MicrohttpdLibrary.MHD_resume_connection(connection);
    }
}
