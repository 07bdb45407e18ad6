using Appliance.Core.Time;

namespace Appliance.Core.Panel;

/// <summary>What a push asks for.</summary>
public enum ButtonWish
{
    None,

    /// <summary>The next screen.</summary>
    NextScreen,

    /// <summary>Ask the person to hold again.</summary>
    Confirm,

    /// <summary>Move the groups to the other node.</summary>
    Switchover,

    /// <summary>The question was not answered.</summary>
    GiveUp,
}

/// <summary>Where the button is.</summary>
public enum ButtonPhase
{
    Up,

    /// <summary>Held, not long enough yet.</summary>
    Held,

    /// <summary>Held longer than the long press; its release means nothing.</summary>
    Done,

    /// <summary>Released; the question is on the display.</summary>
    Asked,

    /// <summary>Held again.</summary>
    HeldAgain,
}

/// <summary>The button as a value.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Since">Since when.</param>
/// <param name="Asks">The question is on its way to, or on, the display.</param>
public readonly record struct ButtonState(ButtonPhase Phase, Instant Since, bool Asks);

/// <summary>Short and long presses. Pure: levels and time come in, wishes go out.</summary>
/// <param name="longPress">Held this long is an order.</param>
/// <param name="confirms">There is a display that can ask; without one a single long press is the order.</param>
public sealed class PanelButton(TimeSpan longPress, bool confirms)
{
    /// <summary>How long the question stands.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    //  Up ──press──▶ Held ──release: NextScreen──▶ Up
    //                 │ long press, no display: Switchover ──▶ Done ──release──▶ Up
    //                 │ long press: Confirm ──▶ Done(asks) ──release──▶ Asked ──patience over: GiveUp──▶ Up
    //                                                                    │ press
    //                 Done ◀──long press: Switchover── HeldAgain ◀───────┘
    //                                                    │ release: GiveUp ──▶ Up

    /// <summary>One step: the button's level now.</summary>
    public (ButtonState Next, ButtonWish Wish) Step(ButtonState state, bool isDown, Instant now)
    {
        var isLong = now - state.Since >= longPress;
        return (state.Phase, isDown) switch
        {
            (ButtonPhase.Up, true) => (new(ButtonPhase.Held, now, false), ButtonWish.None),
            (ButtonPhase.Held, false) => (Released(now), ButtonWish.NextScreen),
            (ButtonPhase.Held, true) when isLong && confirms => (new(ButtonPhase.Done, now, true), ButtonWish.Confirm),
            (ButtonPhase.Held, true) when isLong => (new(ButtonPhase.Done, now, false), ButtonWish.Switchover),
            (ButtonPhase.Done, false) when state.Asks => (new(ButtonPhase.Asked, now, true), ButtonWish.None),
            (ButtonPhase.Done, false) => (Released(now), ButtonWish.None),
            (ButtonPhase.Asked, true) => (new(ButtonPhase.HeldAgain, now, true), ButtonWish.None),
            (ButtonPhase.Asked, false) when now - state.Since >= Patience => (Released(now), ButtonWish.GiveUp),
            (ButtonPhase.HeldAgain, false) => (Released(now), ButtonWish.GiveUp),
            (ButtonPhase.HeldAgain, true) when isLong => (new(ButtonPhase.Done, now, false), ButtonWish.Switchover),
            _ => (state, ButtonWish.None),
        };
    }

    /// <summary>When time alone will change something; null: never.</summary>
    public Instant? Deadline(ButtonState state) => state.Phase switch
    {
        ButtonPhase.Held or ButtonPhase.HeldAgain => state.Since + longPress,
        ButtonPhase.Asked => state.Since + Patience,
        _ => null,
    };

    private static ButtonState Released(Instant now) => new(ButtonPhase.Up, now, false);
}
