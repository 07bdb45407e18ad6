using System.Text;
using Appliance.Agent.Control;
using Appliance.Core.Incidents;
using Appliance.Drivers.Web;

namespace Appliance.Agent.Web;

/// <summary>The newest incidents, with their pictures and their text. All of it is fetched ahead: no question of a stranger reaches the
/// agent.</summary>
/// <param name="socket">Of the agent.</param>
/// <param name="clock">Milliseconds; only grows.</param>
internal sealed class WebIncidents(string socket, Func<long> clock)
{
    /// <summary>Incidents on the page.</summary>
    public const int Shown = 10;

    private const string Folder = "/incidents/";
    private const long PeriodMs = 5000;

    private volatile Kept[] _kept = [];
    private long? _askedAt;

    /// <summary>Newest first, without events and phases.</summary>
    public IReadOnlyList<Incident> List { get; private set; } = [];

    /// <summary>Asks the agent when it is time. What it does not tell stays as it was.</summary>
    public void Refresh()
    {
        if (_askedAt is { } asked && clock() - asked < PeriodMs) return;
        _askedAt = clock();
        if (Ask(null) is not { } all) return;
        var known = _kept;
        var list = all.Take(Shown).ToArray();
        var kept = new List<Kept>(list.Length);
        foreach (var brief in list)
        {
            var mark = MarkOf(brief);
            if (known.FirstOrDefault(one => one.Id == brief.Id && one.Mark == mark) is { } same) kept.Add(same);
            else if (Ask(brief.Id) is [var whole]) kept.Add(Kept.Of(whole, mark));
        }

        (List, _kept) = (list, [.. kept]);
    }

    /// <summary>A picture or a text; null: the path is none of these. Any thread.</summary>
    public WebAnswer? Answer(string path)
    {
        if (!path.StartsWith(Folder, StringComparison.Ordinal)) return null;
        var name = path[Folder.Length..];
        foreach (var one in _kept)
        {
            if (name == one.Id + ".svg") return new WebAnswer(200, "image/svg+xml", one.Picture);
            if (name == one.Id + ".txt") return new WebAnswer(200, WebAnswer.PlainText, one.Text);
        }

        return WebAnswer.Text(404, $"no such incident among the newest {Shown}; on a node 'appliance incidents' has all that are kept");
    }

    /// <summary>Changes when the record does; an open one grows without saying so.</summary>
    private string MarkOf(Incident brief) => brief.Stage == IncidentStage.Open
        ? $"open {_askedAt}" : $"{brief.Stage} {brief.EndMs} {brief.PeerComplete} {brief.PeerHalf} {brief.Cause}";

    private IReadOnlyList<Incident>? Ask(string? id) => ControlClient.Ask(
        socket, new ControlRequest(ControlCommands.Incidents, id is null ? null : new ControlArguments(Id: id)), out _).Incidents;

    private sealed record Kept(string Id, string Mark, byte[] Picture, byte[] Text)
    {
        public static Kept Of(Incident whole, string mark) => new(
            whole.Id, mark, Encoding.UTF8.GetBytes(IncidentPicture.Of(whole)),
            Encoding.UTF8.GetBytes(string.Join('\n', IncidentText.Of(whole)) + "\n"));
    }
}
