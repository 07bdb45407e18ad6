using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Drivers.Relay.Serial;

namespace Appliance.Drivers.Relay;

/// <summary>A card that is spoken to in bytes that somebody has captured.</summary>
/// <param name="path">The profile.</param>
/// <param name="openAt">Opens the card's port at a speed.</param>
internal sealed class ProfileBoard(string place, string path, Func<int, OpenPort> openAt) : IRelayBoard
{
    private RelayLine? _line;
    private RelayProfile? _profile;

    public string Place => place;

    public bool ReadsBack => _profile is { Status: not null };

    public bool IsOpen => _line is { IsOpen: true };

    public void Open(RelayDeadline deadline)
    {
        _profile = Load();
        _line = new RelayLine(place, openAt(_profile.Baud));
        _line.Open();
        // The one question that is known to move nothing.
        if (ReadsBack) _ = State(RelayFault.WrongDevice, deadline);
    }

    public void Switch(bool on, RelayDeadline deadline) => Do(on ? _profile!.On : _profile!.Off, on ? "on" : "off", deadline);

    public bool[] Read(RelayDeadline deadline) => [State(RelayFault.Garbage, deadline)];

    public void Touch(RelayDeadline deadline) => _line!.Touch(deadline);

    public void Reset(RelayDeadline deadline)
    {
        if (_profile!.Reset is not { } reset) return;
        Do(reset, "reset", deadline);
        deadline.Pause(_profile.AfterReset, place);
    }

    public void Close()
    {
        _line?.Dispose();
        _line = null;
    }

    public void Dispose() => Close();

    private void Do(ProfileCommand command, string word, RelayDeadline deadline)
    {
        _line!.Send(command.Send.AsSpan(), deadline);
        if (command.Reply.IsEmpty) return;
        var reply = _line.Receive(command.Reply.Length, $"\"{word}\"", deadline);
        if (!reply.AsSpan().SequenceEqual(command.Reply.AsSpan()))
            throw new RelayTrouble(RelayFault.Garbage,
                $"{place}: found the reply {Shown.Of(reply)} to \"{word}\"; expected {Convert.ToHexStringLower(command.Reply.AsSpan())}");
    }

    private bool State(RelayFault otherwise, RelayDeadline deadline)
    {
        var status = _profile!.Status!;
        _line!.Send(status.Send.AsSpan(), deadline);
        var reply = _line.Receive(status.A.Length, "\"status\"", deadline);
        if (reply.AsSpan().SequenceEqual(status.A.AsSpan())) return true;
        if (reply.AsSpan().SequenceEqual(status.B.AsSpan())) return false;
        throw new RelayTrouble(otherwise,
            $"{place}: found the status {Shown.Of(reply)}; expected {Convert.ToHexStringLower(status.A.AsSpan())} or "
                + Convert.ToHexStringLower(status.B.AsSpan()));
    }

    private RelayProfile Load()
    {
        try
        {
            var result = RelayProfile.Read(File.ReadAllBytes(path));
            return result.Profile ?? throw new RelayTrouble(RelayFault.Misconfigured, $"{place}: {path}:{result.Problems[0]}");
        }
        catch (Exception fault) when (fault is IOException and not RelayTrouble or UnauthorizedAccessException)
        {
            throw new RelayTrouble(RelayFault.Misconfigured, $"{place}: its profile cannot be read: {fault.Message}");
        }
    }
}
