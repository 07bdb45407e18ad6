using System.Collections.Immutable;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.FoneBridge;

/// <summary>
/// A conversation with a bridge: one request after another, each answered before the next. A script says what is asked; this class sends,
/// waits, repeats what may be repeated, and never leaves the lines silent without saying so: whatever goes wrong after TX was stopped,
/// it ends by starting TX again.
/// </summary>
public abstract class BridgeSession
{
    //           reply            script ends
    //   Asking ───────▶ Asking ──────────────▶ done
    //     │ silence, refusal, cancelled
    //     ├── TX may be off ──▶ Recovering (TXCTL 1) ──▶ failed, TX on / off
    //     └── TX untouched ───────────────────────────▶ failed

    private readonly List<string> _notes = [];
    private readonly List<BridgeEffect> _effects = [];
    private IEnumerator<Exchange>? _script;
    private Exchange? _current;
    private int _attempts;
    private bool _recovering;
    private bool _repliesMayBeLate;
    private bool _needsReset;
    private string _failure = "";
    private string _lastFault = "";
    private TransmitState _transmit;

    /// <summary>Attempts before silence is final. Together with <see cref="RetryAfter"/> patience of six seconds.</summary>
    public static int AttemptsMax => 4;

    /// <summary>Silence after which a request is repeated.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Silence after which a request that must not be repeated has failed: writing flash takes its time.</summary>
    public static TimeSpan OncePatience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>When <see cref="BridgeEvent.Tick"/> is due; null: the session has ended or has not begun.</summary>
    public Instant? Deadline { get; private set; }

    /// <summary>Null while it runs.</summary>
    public BridgeOutcome? Outcome { get; private set; }

    /// <summary>Takes one event; the effects are to be carried out at once and in order.</summary>
    public ImmutableArray<BridgeEffect> Step(BridgeEvent happened, Instant now)
    {
        _effects.Clear();
        if (Outcome is not null) return [];
        switch (happened)
        {
            case BridgeEvent.Started:
                Invariant.Check(_script is null);
                _script = Script().GetEnumerator();
                Advance(now);
                break;
            case BridgeEvent.Arrived arrived when _current?.Request is { } request:
                Take(request, BridgeReply.Judge(request, arrived.Datagram), now);
                break;
            case BridgeEvent.Unreachable unreachable:
                _lastFault = unreachable.Words;
                break;
            case BridgeEvent.Tick when now >= Deadline:
                Expire(now);
                break;
            case BridgeEvent.Cancelled when !_recovering:
                Fail("it was interrupted");
                End(now);
                break;
            default:
                break; // A datagram during a pause, an early tick, a second cancellation.
        }

        return [.. _effects];
    }

    /// <summary>The requests in their order. It ends early after <see cref="Fail"/>.</summary>
    protected abstract IEnumerable<Exchange> Script();

    /// <summary>What the session is about, for its last sentence: "the bridge is configured".</summary>
    protected abstract string DoneWords { get; }

    /// <summary>The script cannot go on: a sentence's end that says why.</summary>
    protected void Fail(string why, bool needsReset = false)
    {
        if (_failure.Length == 0) _failure = why;
        _needsReset |= needsReset;
    }

    /// <summary>Something a person should know although the script goes on.</summary>
    protected void Note(string words) => _notes.Add(words);

    private void Take(BridgeRequest request, BridgeReply reply, Instant now)
    {
        var exchange = _current!;
        switch (reply)
        {
            case BridgeReply.Done done:
                exchange.Reply = done.Payload;
                if (request.StopsTransmit) _transmit = TransmitState.Off;
                if (request.StartsTransmit) _transmit = TransmitState.On;
                Advance(now);
                break;
            case BridgeReply.Refused refused when refused.Status.MayPass() && _attempts < Attempts(request):
                _lastFault = $"the bridge answers: {refused.Status.Words()}"; // It is asked again when the deadline passes.
                break;
            case BridgeReply.Refused refused when exchange.MayBeRefused:
                Note($"the bridge refused to {request.Words}: {refused.Status.Words()}");
                Advance(now);
                break;
            case BridgeReply.Refused refused:
                Fail($"the bridge refused to {request.Words}: {refused.Status.Words()}");
                End(now);
                break;
            case BridgeReply.Nonsense nonsense:
                _lastFault = $"the last thing that came was {nonsense.Why}";
                _repliesMayBeLate = true;
                break;
        }
    }

    private void Expire(Instant now)
    {
        if (_current?.Request is not { } request) Advance(now);
        else if (_attempts < Attempts(request)) Send(request, now);
        else
        {
            Fail($"the bridge does not answer the request to {request.Words} ({_attempts} "
                + $"{(_attempts == 1 ? "attempt" : "attempts")}{(_lastFault.Length > 0 ? $"; {_lastFault}" : "")})");
            End(now);
        }
    }

    private void Advance(Instant now)
    {
        _current = null;
        if (_recovering || !_script!.MoveNext())
        {
            End(now);
            return;
        }

        Begin(_script.Current, now);
    }

    private void Begin(Exchange exchange, Instant now)
    {
        (_current, _attempts, _lastFault) = (exchange, 0, "");
        if (exchange.Request is not { } request)
        {
            Deadline = now + exchange.PauseLength;
            return;
        }

        // Replies that may still come belong to what was asked before. Where some must be feared, a new port keeps them out.
        _effects.Add(_repliesMayBeLate ? new BridgeEffect.Renew() : new BridgeEffect.Drain());
        _repliesMayBeLate = false;
        Send(request, now);
    }

    private void Send(BridgeRequest request, Instant now)
    {
        // From the moment it is on its way the bridge may have obeyed, whether or not we hear of it.
        if (request.StopsTransmit) _transmit = TransmitState.Off;
        _effects.Add(new BridgeEffect.Send(request));
        // The reply to an earlier attempt answers the same question and is welcome; the second one that then follows is not.
        if (_attempts++ > 0) _repliesMayBeLate = true;
        Deadline = now + (request.IsIdempotent ? RetryAfter : OncePatience);
    }

    private static int Attempts(BridgeRequest request) => request.IsIdempotent ? AttemptsMax : 1;

    /// <summary>The script is over, well or not.</summary>
    private void End(Instant now)
    {
        if (_transmit == TransmitState.Off && !_recovering)
        {
            // Even a script that went well must not end in silence.
            (_recovering, _repliesMayBeLate) = (true, true);
            Begin(Exchange.Must(BridgeRequest.StartTransmit()), now);
            return;
        }

        (_current, Deadline) = (null, null);
        _script?.Dispose();
        Outcome = new BridgeOutcome(_failure.Length == 0, Sentence(), _transmit, _needsReset, [.. _notes]);
    }

    private string Sentence()
    {
        if (_failure.Length == 0) return DoneWords;
        return _transmit switch
        {
            TransmitState.Untouched => _failure,
            TransmitState.On => $"{_failure}; TX is on",
            _ => $"{_failure}; TX is off and could not be started again: the lines are silent until the bridge is configured",
        };
    }
}
