namespace Appliance.Core.Update;

/// <summary>How the two slots stand, by what runs and what the boot record says.</summary>
public enum SlotPhase
{
    /// <summary>The good slot runs and nothing is on trial.</summary>
    Settled,

    /// <summary>The good slot runs; the next boot tries the other one.</summary>
    Staged,

    /// <summary>The slot on trial runs: it becomes the good one when it is confirmed, and is left by a reboot otherwise.</summary>
    OnTrial,

    /// <summary>The good slot runs because the other one used up its boots without being confirmed.</summary>
    FellBack,

    /// <summary>Neither: a person chose this slot in GRUB's menu, or the good one has no kernel.</summary>
    Stray,
}

/// <summary>The slot machine of a node: which slot is good, which is tried, and what a person or the boot may make of it.</summary>
public sealed record SlotStanding(Slot Running, BootRecord Record)
{
    //                     update: offered                    reboot: left−1
    //   Settled ─────────────────────────────▶ Staged ─────────────────────────▶ OnTrial ─┐ reboot, left > 0: left−1
    //     ▲ ▲ ▲                                │                                │ │ ▲     │
    //     │ │ └──── rollback: withdrawn ───────┘        confirm: slot = try     │ │ └─────┘
    //     │ └───────────────────────────────────────────────────────────────────┘ │
    //     │                                                                       │ reboot, left = 0; or rollback and reboot
    //     └──── the next update, which begins by forgetting ◀── FellBack ◀────────┘
    //
    //   Stray: anything else that runs; confirm makes it the good one.

    public SlotPhase Phase => (Running == Record.Good, Record.Trial) switch
    {
        (true, null) => SlotPhase.Settled,
        (true, _) => Record.Left > 0 ? SlotPhase.Staged : SlotPhase.FellBack,
        (false, { } trial) when trial == Running => SlotPhase.OnTrial,
        (false, _) => SlotPhase.Stray,
    };

    /// <summary>The record that makes the running slot the good one; null: nothing is to be written.</summary>
    public BootRecord? Confirmed() =>
        Phase is SlotPhase.OnTrial or SlotPhase.Stray ? Record with { Good = Running, Trial = null, Left = 0 } : null;

    /// <summary>The record that goes back; null and a sentence: there is nothing to go back to.</summary>
    /// <param name="otherIsComplete">The slot that does not run has a whole system.</param>
    /// <param name="text">What was done, and what follows; or why not.</param>
    public BootRecord? RolledBack(bool otherIsComplete, out string text)
    {
        var (here, other) = (Running.Word(), Running.Other().Word());
        var forgotten = Record with { Trial = null, Left = 0 };
        switch (Phase)
        {
            case SlotPhase.Staged:
                text = $"slot {other} is not tried at the next boot; slot {here} stays";
                return forgotten;
            case SlotPhase.OnTrial:
                text = $"slot {here} is not confirmed: the next boot is slot {other} again";
                return forgotten;
            case SlotPhase.FellBack:
                text = $"slot {other} did not become healthy in {BootRecord.LeftMax} boots, so there is nothing to go back to: "
                    + "update again";
                return null;
            case SlotPhase.Stray:
                text = $"slot {Record.Good.Word()} is the good one and is what GRUB boots if it can; appliance update confirm keeps "
                    + $"slot {here}";
                return null;
            default:
                text = otherIsComplete
                    ? $"the next boot tries slot {other}; if it does not become healthy in {BootRecord.LeftMax} boots, slot {here} is back"
                    : $"slot {other} holds no complete system, so there is nothing to go back to";
                return otherIsComplete ? Record with { Trial = Running.Other(), Left = BootRecord.LeftMax } : null;
        }
    }

    /// <summary>Why no update may be written now; null: it may. The slot that is written is the one that does not run.</summary>
    public string? UpdateRefusal() => Phase switch
    {
        SlotPhase.OnTrial => $"slot {Running.Word()} runs on trial, and the update would overwrite the good slot {Running.Other().Word()}: "
            + "wait until it is confirmed (appliance update status), or confirm it (appliance update confirm)",
        SlotPhase.Stray => $"slot {Running.Word()} runs although slot {Record.Good.Word()} is the good one, and the update would overwrite "
            + "that: appliance update confirm makes this slot the good one",
        _ when Record.Reset => "a factory reset is ordered for the next boot: reboot first",
        _ => null,
    };
}
