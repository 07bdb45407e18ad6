using System.Globalization;
using System.Text;

namespace Appliance.Agent.Web;

/// <summary>Prometheus' text format 0.0.4: families with help and type, samples with labels.</summary>
internal sealed class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _name = "";

    /// <summary>Begins a family; its samples follow.</summary>
    /// <param name="name">Without "appliance_"; counters end in _total, units are seconds and bytes.</param>
    /// <param name="type">gauge or counter.</param>
    /// <param name="help">A sentence.</param>
    public MetricsText Family(string name, string type, string help)
    {
        _name = "appliance_" + name;
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {_name} {help}\n# TYPE {_name} {type}\n");
        return this;
    }

    /// <summary>A sample of the family.</summary>
    /// <param name="labels">Names and values in turns.</param>
    public MetricsText Sample(double value, params ReadOnlySpan<string> labels)
    {
        _text.Append(_name);
        for (var i = 0; i < labels.Length; i += 2)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i]).Append("=\"");
            AppendEscaped(labels[i + 1]);
            _text.Append('"');
        }

        if (!labels.IsEmpty) _text.Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>True is 1.</summary>
    public MetricsText Sample(bool value, params ReadOnlySpan<string> labels) => Sample(value ? 1 : 0, labels);

    private void AppendEscaped(string value)
    {
        foreach (var letter in value)
            _ = letter switch
            {
                '\\' => _text.Append("\\\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(letter),
            };
    }

    public override string ToString() => _text.ToString();
}
