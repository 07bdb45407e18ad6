namespace Appliance.Agent.Panel;

/// <summary>One part of the panel: opened when it is needed, closed when it fails, tried again after a pause. A fault is told
/// once.</summary>
/// <param name="name">"status light", "display", …</param>
/// <param name="open">Opens it; throws <see cref="IOException"/> with words.</param>
/// <param name="tell">Told the trouble in words, or null when it is over.</param>
internal sealed class PanelPart<T>(string name, Func<T> open, Action<string, string?> tell) : IDisposable
    where T : class, IDisposable
{
    /// <summary>From one try to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private T? _device;
    private long _retryAt;
    private string? _trouble;

    /// <summary>Why it does not work; null: it does, as far as is known.</summary>
    public string? Trouble => _trouble;

    /// <summary>Uses it, if it can be had now. False: not this time.</summary>
    public bool Use(Action<T> use)
    {
        if (_device is null && Environment.TickCount64 < _retryAt) return false;
        try
        {
            use(_device ??= open());
            if (_trouble is not null) tell(name, null);
            _trouble = null;
            return true;
        }
        catch (IOException fault)
        {
            Close();
            _retryAt = Environment.TickCount64 + (long)Pause.TotalMilliseconds;
            if (_trouble != fault.Message) tell(name, fault.Message);
            _trouble = fault.Message;
            return false;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _device?.Dispose();
        _device = null;
    }
}
