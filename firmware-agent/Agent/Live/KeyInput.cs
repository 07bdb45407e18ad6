namespace Appliance.Agent.Live;

/// <summary>What a person, or the terminal itself, tells.</summary>
public enum Key
{
    None,
    Quit,
    Redraw,
    Up,
    Down,
    PageUp,
    PageDown,

    /// <summary>The terminal said how large it is.</summary>
    Size,
}

/// <summary>Keys from the bytes of a terminal, in whatever pieces they come.</summary>
public sealed class KeyInput
{
    //   Ground ──ESC──▶ Escape ──[──▶ Sequence ──final byte──▶ Ground
    //                     └───O──▶ Single ──any byte──▶ Ground

    private enum State
    {
        Ground,
        Escape,
        Single,
        Sequence,
    }

    /// <summary>Larger than any window, small enough not to overflow.</summary>
    private const int NumberMax = 9999;

    private State _state;
    private int _first;
    private int _second;
    private bool _isSecond;

    /// <summary>Of the last <see cref="Key.Size"/>.</summary>
    public int Columns { get; private set; }

    /// <summary>Of the last <see cref="Key.Size"/>.</summary>
    public int Rows { get; private set; }

    /// <summary>One byte.</summary>
    public Key Take(byte letter)
    {
        // A new escape begins anew, whatever was torn before it.
        if (letter == 0x1b)
        {
            _state = State.Escape;
            return Key.None;
        }

        switch (_state)
        {
            case State.Escape:
                _state = letter == '[' ? State.Sequence : letter == 'O' ? State.Single : State.Ground;
                (_first, _second, _isSecond) = (0, 0, false);
                return Key.None;
            case State.Single:
                _state = State.Ground;
                return Final(letter);
            case State.Sequence:
                return Continue(letter);
            default:
                return letter switch
                {
                    (byte)'q' or (byte)'Q' => Key.Quit,
                    0x0c or (byte)'r' => Key.Redraw,
                    _ => Key.None,
                };
        }
    }

    private Key Continue(byte letter)
    {
        if (letter is >= (byte)'0' and <= (byte)'9')
        {
            ref var number = ref _isSecond ? ref _second : ref _first;
            number = Math.Min(NumberMax, (number * 10) + letter - '0');
            return Key.None;
        }

        if (letter == ';') _isSecond = true;
        if (letter is >= 0x20 and < 0x40) return Key.None;
        _state = State.Ground;
        return Final(letter);
    }

    private Key Final(byte letter) => letter switch
    {
        (byte)'A' => Key.Up,
        (byte)'B' => Key.Down,
        (byte)'~' when _first == 5 => Key.PageUp,
        (byte)'~' when _first == 6 => Key.PageDown,
        (byte)'R' => Report(),
        _ => Key.None,
    };

    // F3 with Shift sends the same final byte, in row 1: nobody's window has one row.
    private Key Report()
    {
        if (!WindowSize.IsUsable(_second, _first)) return Key.None;
        (Columns, Rows) = (_second, _first);
        return Key.Size;
    }
}
