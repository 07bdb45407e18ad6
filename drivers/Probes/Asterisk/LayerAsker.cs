using Appliance.Core;
using Appliance.Core.Layers;

namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>
/// Asks one layer on a thread of its own, so that all are asked at the same time and one that does not come back holds up none.
/// </summary>
internal sealed class LayerAsker(string name, Func<TimeSpan, LayerReport> ask)
{
    /// <summary>A layer keeps its deadline itself; this is for the time a thread needs to say so on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private Question? _question;

    /// <summary>Returns at once. A question that is still open is not asked twice.</summary>
    public void Begin(TimeSpan timeout)
    {
        if (_question is { IsOpen: true }) return;
        _question = new Question(name, ask, timeout);
    }

    /// <summary>The answer to the last question; waits for it until the deadline and a little longer.</summary>
    public (LayerAnswer Answer, AsteriskFacts? Facts) End(Deadline until)
    {
        Invariant.Check(_question is not null);
        var question = _question!;
        if (!question.Wait(until.Left + Slack))
            return (new LayerAnswer(name, LayerState.Fails, until.Span, "has not come back from the question"), null);
        return (new LayerAnswer(name, question.Report.State, question.Took, question.Report.Text), question.Report.Facts);
    }

    private sealed class Question
    {
        private readonly Thread _thread;

        public Question(string name, Func<TimeSpan, LayerReport> ask, TimeSpan timeout)
        {
            _thread = new Thread(() => Run(ask, timeout), Limits.ThreadStackBytes) { IsBackground = true, Name = $"ask {name}" };
            _thread.Start();
        }

        public bool IsOpen => _thread.IsAlive;

        /// <summary>Valid after a successful <see cref="Wait"/>.</summary>
        public LayerReport Report { get; private set; }

        public TimeSpan Took { get; private set; }

        public bool Wait(TimeSpan patience) => _thread.Join(patience);

        private void Run(Func<TimeSpan, LayerReport> ask, TimeSpan timeout)
        {
            var clock = Deadline.After(timeout);
            Report = ask(timeout);
            Took = clock.Elapsed;
        }
    }
}
