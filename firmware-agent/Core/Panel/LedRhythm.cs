namespace Appliance.Core.Panel;

/// <summary>
/// How a light goes on and off. Rhythms are told apart with eyes that see no colour: no two of them have both the same period and the
/// same share of light.
/// </summary>
/// <param name="Word">For people: on, off, wink, flash, slow, fast, double.</param>
/// <param name="OnMs">Lit, milliseconds; 0: never.</param>
/// <param name="OffMs">Dark, milliseconds; 0: never.</param>
/// <param name="Beats">Flashes before the long dark.</param>
public sealed record LedRhythm(string Word, int OnMs, int OffMs, int Beats = 1)
{
    /// <summary>Dark between the beats of one period, milliseconds.</summary>
    public const int BeatGapMs = 150;

    public static readonly LedRhythm Off = new("off", 0, 1000);
    public static readonly LedRhythm On = new("on", 1000, 0);

    /// <summary>Lit, with a short dark now and then.</summary>
    public static readonly LedRhythm Wink = new("wink", 1800, 200);

    /// <summary>Dark, with a short light now and then.</summary>
    public static readonly LedRhythm Flash = new("flash", 100, 1900);

    public static readonly LedRhythm Slow = new("slow", 1000, 1000);
    public static readonly LedRhythm Fast = new("fast", 125, 125);

    /// <summary>Two beats and a pause, like a heart.</summary>
    public static readonly LedRhythm Double = new("double", 120, 900, 2);

    /// <summary>Every rhythm there is.</summary>
    public static IReadOnlyList<LedRhythm> All { get; } = [Off, On, Wink, Flash, Slow, Fast, Double];

    public bool IsSteady => OnMs == 0 || OffMs == 0;

    /// <summary>From one repetition to the next, milliseconds.</summary>
    public int PeriodMs => (OnMs * Beats) + (BeatGapMs * (Beats - 1)) + OffMs;

    /// <summary>Lit part of the period, 0 to 1.</summary>
    public double Share => (double)OnMs * Beats / PeriodMs;

    /// <summary>One period as steps: lit or dark, and for how long.</summary>
    public IEnumerable<(bool Lit, int Ms)> Steps()
    {
        for (var beat = 0; beat < Beats && OnMs > 0; beat++)
        {
            yield return (true, OnMs);
            if (beat < Beats - 1) yield return (false, BeatGapMs);
        }

        if (OffMs > 0) yield return (false, OffMs);
    }
}
