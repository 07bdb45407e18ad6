using Appliance.Agent.Clock;
using Appliance.Core.Panel;
using Appliance.Core.Time;
using Appliance.Drivers.Button;

namespace Appliance.Agent.Panel;

/// <summary>Carries a button's levels and the time to <see cref="PanelButton"/>, and its wishes on.</summary>
internal sealed class ButtonSession(PanelButton machine, Action<ButtonWish> carry)
{
    private ButtonState _state;
    private volatile bool _isDown;

    /// <summary>As it was seen last.</summary>
    public bool IsDown => _isDown;

    /// <summary>Waits for a change, a deadline or the end of the patience, whichever comes first.</summary>
    public void Wait(IButton button, TimeSpan patience)
    {
        var now = BootClock.Now;
        var left = machine.Deadline(_state) is { } deadline && deadline - now < patience ? deadline - now : patience;
        if (button.WaitChange(left > TimeSpan.Zero ? left : TimeSpan.Zero, out var isDown)) _isDown = isDown;
        var (next, wish) = machine.Step(_state, _isDown, BootClock.Now);
        _state = next;
        if (wish != ButtonWish.None) carry(wish);
    }

    /// <summary>The button is gone: half a press is none.</summary>
    public void Forget() => (_state, _isDown) = (new ButtonState(ButtonPhase.Up, Instant.Boot, false), false);
}
