namespace Appliance.Drivers.Relay;

/// <summary>What a family of boards can do. Every member gives up with a <see cref="RelayTrouble"/>.</summary>
internal interface IRelayBoard : IDisposable
{
    /// <summary>Kind and place, for messages: "LCUS board at /dev/ttyUSB0".</summary>
    string Place { get; }

    /// <summary>The open board tells where its relays are.</summary>
    bool ReadsBack { get; }

    bool IsOpen { get; }

    /// <summary>Opens it and makes sure that it is such a board. Switches nothing.</summary>
    void Open(RelayDeadline deadline);

    /// <summary>Powers the coils of the configured relays, or releases them.</summary>
    void Switch(bool on, RelayDeadline deadline);

    /// <summary>The state of each configured relay, in their order. Only asked where it reads back.</summary>
    bool[] Read(RelayDeadline deadline);

    /// <summary>Makes sure that an open board is still there, for one that cannot be asked anything.</summary>
    void Touch(RelayDeadline deadline);

    /// <summary>Its own command that puts everything right, if it has one. The board stays open.</summary>
    void Reset(RelayDeadline deadline);

    /// <summary>So that the next use opens it anew, under whatever device its name then leads to.</summary>
    void Close();
}
