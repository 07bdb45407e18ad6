using System.Net;

namespace Appliance.Drivers.Relay.Network;

/// <summary>Where a bero*fos is and what it is asked to be.</summary>
/// <param name="Server">Its web server.</param>
/// <param name="User">Empty: no login.</param>
/// <param name="PasswordFile">Path; empty: no login.</param>
/// <param name="Scenario">0 or 1.</param>
internal sealed record BerofosPlace(IPEndPoint Server, string User, string PasswordFile, int Scenario);

/// <summary>A beroNet bero*fos. Mode 1 joins A and B, our position A; mode 0, and no power, joins A and D, our position B. It has no notion
/// of who commands it: the last one wins, and the cluster's term says who may speak.</summary>
internal sealed class BerofosBoard(string place, BerofosPlace box) : IRelayBoard
{
    private const string List = "/config.txt";
    private const string ModeKey = "4_mode";
    private const string ScenarioKey = "1_sz";
    private const string WatchdogKey = "6_wstate";
    private const int PasswordMax = 15;
    private string _challenge = "";
    private int _logins;

    public string Place => place;

    public bool ReadsBack => true;

    public bool IsOpen { get; private set; }

    public void Open(RelayDeadline deadline)
    {
        _challenge = "";
        var map = Settings(deadline);
        if (map.Flag(ScenarioKey) is { } isBypass && isBypass != (box.Scenario == 1))
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{place}: found scenario {map[ScenarioKey]}; expected {box.Scenario}: change it on its page, or in the configuration");
        _ = ModeOf(map);
        IsOpen = true;
    }

    public void Switch(bool on, RelayDeadline deadline)
    {
        // Its own watchdog would move the line behind our back.
        if (Settings(deadline)[WatchdogKey] is "1" or "2") Command("/?cmd=6&wen=0", deadline);
        Command(on ? "/?cmd=4&mode=1" : "/?cmd=4&mode=0", deadline);
    }

    public bool[] Read(RelayDeadline deadline) => [ModeOf(Settings(deadline))];

    public void Touch(RelayDeadline deadline) => _ = Read(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close() => IsOpen = false;

    public void Dispose() => Close();

    private ConfMap Settings(RelayDeadline deadline)
    {
        var page = Get(List, deadline);
        return ConfMap.Parse(page) ?? throw new RelayTrouble(RelayFault.WrongDevice,
            $"{place}: {List} is no list of a bero*fos; is another device at this address? Nothing was switched");
    }

    private bool ModeOf(ConfMap map) => map.Flag(ModeKey) ?? throw new RelayTrouble(RelayFault.Garbage,
        $"{place}: its list has no {ModeKey}; expected one, as every firmware of a bero*fos has it");

    private void Command(string target, RelayDeadline deadline) => _ = Get(target, deadline);

    private string Get(string target, RelayDeadline deadline)
    {
        var answer = HttpGet.Ask(box.Server, target, Authorization(target), place, deadline);
        if (answer.Status == 401 && box.User.Length > 0)
        {
            // The first time, or the nonce has aged.
            _challenge = answer.Challenge;
            answer = HttpGet.Ask(box.Server, target, Authorization(target), place, deadline);
        }

        return answer.Status switch
        {
            >= 200 and < 300 => answer.Body,
            401 => throw new RelayTrouble(RelayFault.Forbidden, box.User.Length == 0
                ? $"{place} asks for a login; expected user and password-file in the configuration"
                : $"{place} refuses the login of \"{box.User}\": is the password in {box.PasswordFile} right?"),
            404 when target == List => throw new RelayTrouble(RelayFault.WrongDevice,
                $"{place} has no {List}; is another device at this address? Nothing was switched"),
            _ => throw new RelayTrouble(RelayFault.Refused, $"{place} answers {target} with status {answer.Status}; expected 200"),
        };
    }

    private string Authorization(string target)
    {
        if (_challenge.Length == 0) return "";
        return HttpLogin.Answer(_challenge, box.User, Password(), target, $"{Environment.ProcessId:x8}{++_logins:x8}")
            ?? throw new RelayTrouble(RelayFault.Forbidden, $"{place} asks for a login of an unknown kind: {_challenge}");
    }

    private string Password()
    {
        try
        {
            var password = File.ReadLines(box.PasswordFile).FirstOrDefault() ?? "";
            if (password.Length is > 0 and <= PasswordMax) return password;
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{place}: the first line of {box.PasswordFile} has {password.Length} characters; expected 1 to {PasswordMax}");
        }
        catch (Exception fault) when (fault is IOException and not RelayTrouble or UnauthorizedAccessException)
        {
            throw new RelayTrouble(RelayFault.Misconfigured, $"{place}: its password cannot be read: {fault.Message}");
        }
    }
}
