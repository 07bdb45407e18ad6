using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>One request of a session's script and, afterwards, what became of it; or a pause.</summary>
public sealed class Exchange
{
    private Exchange(BridgeRequest? request, bool mayBeRefused, TimeSpan pause) =>
        (Request, MayBeRefused, PauseLength) = (request, mayBeRefused, pause);

    /// <summary>Null: a pause.</summary>
    public BridgeRequest? Request { get; }

    /// <summary>A refusal is noted and the script goes on, as the vendor's client does.</summary>
    public bool MayBeRefused { get; }

    public TimeSpan PauseLength { get; }

    /// <summary>The good reply; null: none.</summary>
    public byte[]? Reply { get; internal set; }

    /// <summary>The reply of a request that cannot be refused without ending the script.</summary>
    public byte[] Payload
    {
        get
        {
            Invariant.Check(Reply is not null);
            return Reply;
        }
    }

    public static Exchange Must(BridgeRequest request) => new(request, false, default);

    public static Exchange May(BridgeRequest request) => new(request, true, default);

    public static Exchange Pause(TimeSpan length) => new(null, false, length);
}
