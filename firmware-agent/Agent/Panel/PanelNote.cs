namespace Appliance.Agent.Panel;

/// <summary>A question or an answer that covers the display for a while.</summary>
/// <param name="Until">On the tick counter, milliseconds.</param>
internal sealed record PanelNote(long Until, string Title, string Text)
{
    public static PanelNote For(TimeSpan span, string title, string text) =>
        new(Environment.TickCount64 + (long)span.TotalMilliseconds, title, text);
}
