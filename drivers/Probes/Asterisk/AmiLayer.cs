using System.Globalization;
using System.Net;
using Appliance.Core.Layers;

namespace Appliance.Drivers.Probes.Asterisk;

/// <param name="To">Where the manager listens.</param>
/// <param name="User">Account of manager.conf; it needs <c>write = reporting</c>.</param>
/// <param name="SecretFile">Its first line is the secret; a file that others can read is not used.</param>
public sealed record AmiTarget(IPEndPoint To, string User, string SecretFile);

/// <summary>
/// Asterisk's manager interface: Login, Ping, and Status, which takes the lock of every channel in turn, so that one that is held for
/// ever is noticed. The connection is kept, because each login is a line in the security log. A manager that refuses the account lives.
/// </summary>
internal sealed class AmiLayer(AmiTarget target) : IDisposable
{
    /// <summary>Registrations are asked for every so many questions: they change slowly and their list may be long.</summary>
    private const int RegistrationsEvery = 10;

    /// <summary>After a refused login only the greeting is asked for, that long: a ban would be the answer to more.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(1);

    private readonly AmiMessage _message = new();
    private readonly Lock _gate = new();
    private volatile bool _ended;
    private readonly string _peer = $"manager {target.To}";
    private LineConnection? _connection;
    private Deadline _refusedUntil = Deadline.After(TimeSpan.Zero);
    private string _refusal = "";
    private int _questions;
    private uint _action;
    private int? _registered;
    private int? _unregistered;

    /// <summary>Asks once; comes back by the deadline.</summary>
    public LayerReport Ask(TimeSpan timeout)
    {
        lock (_gate)
        {
            var report = Ask(Deadline.After(timeout));
            if (_ended) Close();
            return report;
        }
    }

    /// <summary>A question under way is not waited for; it closes behind itself.</summary>
    public void Dispose()
    {
        _ended = true;
        if (!_gate.TryEnter()) return;
        Close();
        _gate.Exit();
    }

    private LayerReport Ask(Deadline until)
    {
        var wasOpen = _connection is not null;
        try
        {
            return Converse(until);
        }
        catch (ProbeFault fault) when (wasOpen && fault.Closed)
        {
            Close(); // Asterisk was restarted since the last question: one more try, by the same deadline.
            return Again(until);
        }
        catch (IOException fault)
        {
            Close();
            return new LayerReport(LayerState.Fails, fault.Message);
        }
    }

    private LayerReport Again(Deadline until)
    {
        try
        {
            return Converse(until);
        }
        catch (IOException fault)
        {
            Close();
            return new LayerReport(LayerState.Fails, fault.Message);
        }
    }

    private LayerReport Converse(Deadline until)
    {
        if (_connection is null && LogIn(until) is { } other) return other;
        if (!Exchange("Ping", "", until)) return new LayerReport(LayerState.Fails, $"{_peer} refuses Ping: {_message.Words}");
        if (!Exchange("Status", "StatusComplete", until))
            return new LayerReport(
                LayerState.Refuses, $"answers, but refuses Status to {target.User}: {_message.Words}: give it write = reporting");
        var channels = _message.Items;
        if (_questions++ % RegistrationsEvery == 0)
        {
            var told = Exchange("PJSIPShowRegistrationsOutbound", "OutboundRegistrationDetailComplete", until);
            (_registered, _unregistered) = told ? (_message.Registered, _message.Unregistered) : (null, null);
        }

        return new LayerReport(LayerState.Answers, "answers", new AsteriskFacts(null, channels, _registered, _unregistered, null));
    }

    /// <summary>Null when logged in.</summary>
    private LayerReport? LogIn(Deadline until)
    {
        if (Secret(out var missing) is not { } secret) return new LayerReport(LayerState.Unknown, $"not asked: {missing}");
        _connection = LineConnection.Open(target.To, _peer, until);
        var banner = _connection.ReadLine("greeting", until);
        if (!banner.StartsWith("Asterisk Call Manager/"u8))
            throw new ProbeFault($"{_peer} greets with \"{AmiMessage.Printable(banner)}\"; expected \"Asterisk Call Manager/…\"");
        if (_refusedUntil.Left == TimeSpan.Zero)
        {
            if (Exchange("Login", "", until, $"Username: {target.User}\r\nSecret: {secret}\r\nEvents: off\r\n")) return null;
            (_refusedUntil, _refusal) = (Deadline.After(RefusedPause), _message.Words);
        }

        Close();
        return new LayerReport(
            LayerState.Refuses, $"answers, but refuses {target.User}: {_refusal}: compare {target.SecretFile} with manager.conf");
    }

    /// <summary>Asks one question; false when it is refused. What belongs to no question or to an older one is passed over.</summary>
    /// <param name="last">The event that ends the answer; empty: the response does.</param>
    private bool Exchange(string action, string last, Deadline until, string more = "")
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"appliance-{++_action}");
        _connection!.Send($"Action: {action}\r\nActionID: {id}\r\n{more}\r\n", until);
        var what = $"answer to {action}";
        while (true)
        {
            _message.Clear();
            while (!_message.Take(_connection.ReadLine(what, until)))
            {
                // Line by line to the end of the message.
            }

            if (_message.ActionId != id) continue;
            if (_message.Response == "Error") return false;
            if (last.Length == 0 ? _message.Response.Length > 0 : _message.Event == last) return true;
        }
    }

    private string? Secret(out string missing)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        missing = "";
        try
        {
            using var lines = new StreamReader(target.SecretFile);
            var mode = File.GetUnixFileMode(target.SecretFile);
            var secret = (mode & others) == 0 ? lines.ReadLine()?.Trim() : null;
            missing = (mode & others) != 0 ? $"{target.SecretFile} can be read by others: chmod 600 {target.SecretFile}"
                : $"{target.SecretFile} is empty";
            return secret is { Length: > 0 } ? secret : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            missing = $"{target.SecretFile}: {fault.Message}";
            return null;
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
