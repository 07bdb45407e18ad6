namespace Appliance.Core.Update;

/// <summary>What the shell does next for an update; each ends on the disk before the next one begins.</summary>
public enum SlotStep
{
    /// <summary>The boot record without a trial: what is about to be destroyed is not booted.</summary>
    Forget,

    /// <summary>The kernel of the target goes: without it GRUB takes the slot for empty, whatever the record says.</summary>
    Withdraw,

    /// <summary>The root file system, written and read back from the disk.</summary>
    WriteRoot,

    /// <summary>The initrd, beside its old name, read back, renamed.</summary>
    WriteInitrd,

    /// <summary>The name of the version, for people and for <c>update status</c>.</summary>
    WriteRelease,

    /// <summary>The kernel, beside its old name, read back, renamed: with it the slot is complete.</summary>
    WriteKernel,

    /// <summary>The boot record with the target on trial.</summary>
    Offer,

    /// <summary>The next boot tries the target.</summary>
    Done,

    /// <summary>Given up; the good slot is as it was.</summary>
    Failed,
}

/// <summary>The writing of one slot.</summary>
/// <param name="Step">To be carried out now.</param>
/// <param name="Target">The slot that is written: never the one that runs, never the good one.</param>
/// <param name="Record">In force until <see cref="SlotStep.Offer"/> has ended.</param>
/// <param name="Why">Of a failure.</param>
public sealed record SlotUpdate(SlotStep Step, Slot Target, BootRecord Record, string Why = "")
{
    /// <param name="standing">Must not refuse an update.</param>
    public static SlotUpdate Begin(SlotStanding standing)
    {
        Invariant.Check(standing.UpdateRefusal() is null);
        Invariant.Check(standing.Running == standing.Record.Good);
        return new SlotUpdate(SlotStep.Forget, standing.Running.Other(), standing.Record with { Trial = null, Left = 0 });
    }

    /// <summary>What <see cref="SlotStep.Offer"/> writes.</summary>
    public BootRecord Offered => Record with { Trial = Target, Left = BootRecord.LeftMax };

    //   Forget ─▶ Withdraw ─▶ WriteRoot ─▶ WriteInitrd ─▶ WriteRelease ─▶ WriteKernel ─▶ Offer ─▶ Done
    //      │          │           │             │               │              │            │
    //      └──────────┴───────────┴─────────────┴── fault ──────┴──────────────┴────────────┴──▶ Failed
    //
    // Power may be cut anywhere: up to the end of WriteKernel the target has no kernel, from then on it is complete.

    /// <summary>The step has ended.</summary>
    /// <param name="fault">Null: on the disk, and read back.</param>
    public SlotUpdate Next(string? fault)
    {
        Invariant.Check(Step is not (SlotStep.Done or SlotStep.Failed));
        if (fault is not null) return this with { Step = SlotStep.Failed, Why = $"{fault}. {AfterFault}" };
        return this with
        {
            Step = Step switch
            {
                SlotStep.Forget => SlotStep.Withdraw,
                SlotStep.Withdraw => SlotStep.WriteRoot,
                SlotStep.WriteRoot => SlotStep.WriteInitrd,
                SlotStep.WriteInitrd => SlotStep.WriteRelease,
                SlotStep.WriteRelease => SlotStep.WriteKernel,
                SlotStep.WriteKernel => SlotStep.Offer,
                _ => SlotStep.Done,
            },
        };
    }

    private string AfterFault => Step switch
    {
        SlotStep.Forget or SlotStep.Withdraw =>
            $"Slot {Record.Good.Word()} stays the good one; nothing was written over slot {Target.Word()}",
        SlotStep.Offer => $"Slot {Record.Good.Word()} stays the good one, unless the record was written all the same: see appliance update "
            + "status before a reboot",
        _ => $"Slot {Record.Good.Word()} stays the good one; slot {Target.Word()} is empty now and is not booted",
    };
}
