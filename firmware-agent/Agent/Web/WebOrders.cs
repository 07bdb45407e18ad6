using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Status;
using Appliance.Drivers.Web;

namespace Appliance.Agent.Web;

/// <summary>
/// Orders from the page. Whoever gives one proves that he has the token without saying it: HMAC-SHA256 with the token over a number that
/// we gave and the order itself. What is overheard can be neither repeated nor changed.
/// </summary>
/// <remarks>
/// <code>
/// who asks         browser's origin is ours?  locked out?  proof          number new?  one of the five orders?
/// GET  /nonce          –                          –          –                 –               –              a number
/// POST /order         no: 403                  yes: 429    wrong: 401      used: 409        no: 400           the agent's answer
/// </code>
/// </remarks>
/// <param name="socket">Of the agent.</param>
/// <param name="clock">Milliseconds; only grows.</param>
/// <param name="say">Told who was refused and who ordered what.</param>
internal sealed class WebOrders(string socket, Func<long> clock, Action<string> say)
{
    private const string Json = "application/json";

    private static readonly string[] Known =
        [ControlCommands.Standby, ControlCommands.Online, ControlCommands.Switchover, ControlCommands.Maintenance, ControlCommands.Cleanup];

    private readonly Lock _lock = new();
    private readonly Lockout _lockout = new();
    private readonly OrderNonces _nonces = new(RandomNumberGenerator.GetBytes(32));

    /// <summary>Path of the token; empty: nothing can be ordered. Set by another thread.</summary>
    public string TokenFile { get; set => Volatile.Write(ref field, value); } = "";

    /// <summary>Why nothing can be ordered; empty: it can.</summary>
    public string ReadOnly()
    {
        _ = WebToken.Read(TokenFile, out var problem);
        return problem;
    }

    /// <summary>A number for an order.</summary>
    public WebAnswer Nonce() => ReadOnly() is { Length: > 0 } why
        ? WebAnswer.Text(403, why)
        : WebAnswer.Text(200, _nonces.Make(clock(), RandomNumberGenerator.GetBytes(8)));

    /// <summary>Takes an order, or says why not. The agent is asked on a thread of its own: it may hang.</summary>
    public WebAnswer Order(WebQuestion question)
    {
        if (!IsSameOrigin(question)) return Refused(403, "orders are taken from the page of this node only, not from another site's");
        if (WebToken.Read(TokenFile, out var problem) is not { } token) return Refused(403, problem);
        lock (_lock)
        {
            var now = clock();
            if (_lockout.SecondsLeft(question.Client, now) is > 0 and var left)
                return Refused(429, $"too many wrong tokens from {question.Client}; again in {left} s")
                    with { Headers = [new("Retry-After", $"{left}")] };
            if (Unproven(question, token, now) is { } refusal) return refusal;
        }

        if (ControlHandler.Parse(question.Body.Span, out var error) is not { } order) return Refused(400, error);
        if (!Known.Contains(order.Command)) return Refused(400, $"the page orders {string.Join(", ", Known)} only");
        if (order.By is not null) return Refused(400, "who orders is not for the client to say");
        return WebAnswer.Later(() => Carry(order, question.Client));
    }

    /// <summary>Null: the proof is right and its number was not used before; now it is.</summary>
    private WebAnswer? Unproven(WebQuestion question, string token, long now)
    {
        var space = question.Proof.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return Refused(401, $"expected {WebQuestion.ProofHeader}: NUMBER PROOF; docs/WEB.md says how to make it");
        var nonce = question.Proof[..space];
        if (!IsProof(question.Proof[(space + 1)..], nonce, token, question.Body.Span))
        {
            if (_lockout.Wrong(question.Client, now))
                say($"{question.Client} gave {Lockout.Tries} wrong tokens and is not listened to for {Lockout.WhileMs / 1000} s");
            return Refused(401, "the token is wrong");
        }

        if (!_nonces.IsOurs(nonce, now)) return Refused(401, "the question is too old, or the page was restarted: ask for a new number");
        return _nonces.Take(nonce, now) ? null : Refused(409, "this order was given already, or too many were: ask for a new number");
    }

    private static bool IsProof(string said, string nonce, string token, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var wellFormed = said.Length == 2 * given.Length
            && Convert.FromHexString(said, given, out _, out _) == System.Buffers.OperationStatus.Done;
        byte[] text = [.. Encoding.UTF8.GetBytes(nonce), (byte)'\n', .. body];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), text);
        return CryptographicOperations.FixedTimeEquals(expected, given) && wellFormed;
    }

    /// <summary>A browser says whose page asks; another client has no page and says nothing.</summary>
    private static bool IsSameOrigin(WebQuestion question) =>
        question.Host.Length > 0
        && (question.Site.Length == 0 || question.Site == "same-origin")
        && (question.Origin.Length == 0
            || question.Origin.Equals($"http://{question.Host}", StringComparison.OrdinalIgnoreCase)
            || question.Origin.Equals($"https://{question.Host}", StringComparison.OrdinalIgnoreCase));

    private WebAnswer Carry(ControlRequest order, string client)
    {
        var reply = ControlClient.Ask(socket, order with { By = $"{client} (status page)" }, out var reached);
        say($"{client} ordered {OrderText.Of(order)}: {Words.Clean(reply.Ok ? reply.Text ?? "done" : $"refused: {reply.Error}")}");
        return Answer(reply.Ok ? 200 : reached ? 409 : 503, reply);
    }

    private static WebAnswer Refused(int status, string why) => Answer(status, ControlReply.Refused(why));

    private static WebAnswer Answer(int status, ControlReply reply) =>
        new(status, Json, JsonSerializer.SerializeToUtf8Bytes(reply, ControlJson.Readable.ControlReply));
}
