using System.Globalization;
using System.Text;

namespace Appliance.Core.Layers;

/// <summary>
/// When a service that has several ways in counts as hung (decision 0026). One layer alone may fail for reasons of its own: a manager
/// that is switched off, a flood of SIP. A process that hangs fails at several at the same time, again and again.
/// </summary>
public static class LayerRule
{
    //                                            look: failing ≥ need
    //          look: failing < need     ┌────────────────────────────────┐
    //         ┌───────────┐             │                                ▼
    //         └──▶ well, 0 misses ◀─────┼───── failing < need ──── missing, k misses ──┐ failing ≥ need,
    //                   ▲               │                                ▲             │ k + 1 < misses
    //                   │               │                                └─────────────┘
    //                   │               │                                │ failing ≥ need, k + 1 = misses
    //                   └── counts anew ┴────────────────────────────── hung: told once
    //
    //   failing  layers in state Fails; Unknown counts for neither side
    //   need     of the configuration, but never more than the layers that could be asked: who cannot be asked must not make the
    //            others unable to speak. If none could be asked, nothing is known, and what is not known kills nobody.

    /// <summary>What one look at all layers says.</summary>
    /// <param name="need">That many failing layers are a miss, from 1.</param>
    public static LayerLook Judge(ReadOnlySpan<LayerAnswer> answers, int need)
    {
        Invariant.Check(need >= 1);
        int failing = 0, asked = 0;
        foreach (var answer in answers)
        {
            if (answer.State == LayerState.Fails) failing++;
            if (answer.State != LayerState.Unknown) asked++;
        }

        var healthy = asked == 0 || failing < Math.Min(need, asked);
        return new LayerLook(healthy, failing == 0, Words(answers, failing));
    }

    /// <summary>Misses in a row after one more look, and whether they are as many as make a failure; then the count begins anew.</summary>
    /// <param name="misses">Before this look, less than <paramref name="most"/>.</param>
    /// <param name="most">Of the configuration, from 1.</param>
    public static (int Misses, bool Failed) Count(int misses, bool healthy, int most)
    {
        Invariant.Check(misses >= 0 && misses < most);
        var now = healthy ? 0 : misses + 1;
        return (now, now == most);
    }

    private static string Words(ReadOnlySpan<LayerAnswer> answers, int failing)
    {
        var text = new StringBuilder();
        if (failing > 0) text.Append(CultureInfo.InvariantCulture, $"{failing} of {answers.Length} layers fail: ");
        foreach (var answer in answers)
        {
            if (failing > 0 && answer.State == LayerState.Answers) continue;
            if (text.Length > 0 && text[^1] != ' ') text.Append("; ");
            text.Append(CultureInfo.InvariantCulture, $"{answer.Layer}: {answer.Text}");
        }

        return text.ToString();
    }
}
