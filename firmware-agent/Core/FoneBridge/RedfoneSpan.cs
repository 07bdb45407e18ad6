namespace Appliance.Core.FoneBridge;

/// <summary>A section [span1] to [span4] while it is read. The order of keys counts, as in the vendor's client.</summary>
internal sealed class RedfoneSpan
{
    private bool? _isE1;
    private bool _conflict;
    private bool _isJ1;
    private bool _esf;
    private bool _ami;
    private bool _signalling;
    private bool _crc4;
    private bool _loopback;
    private bool _dejitter;
    private bool _slave;
    private byte _buildOut;
    private bool _equaliser;
    private string _haul = "";

    /// <summary>What the vendor's client takes in silence and a person should know; empty: nothing.</summary>
    public string Warning => this switch
    {
        { _isE1: null, _isJ1: false } => "neither framing nor encoding says whether the span is T1 or E1: T1 with SF is taken",
        { _conflict: true } => "framing and encoding name different lines, one T1 and one E1: the later one wins",
        _ => "",
    };

    /// <summary>Empty, or what was expected.</summary>
    public string Take(string key, string? value) => key switch
    {
        "framing" => Framing(value!),
        "encoding" => Encoding(value!),
        "shorthaul" or "longhaul" => Haul(key, value!),
        _ => Flag(key),
    };

    public SpanConfig ToConfig() => new(
        !_isJ1 && _isE1 == true, _isJ1, _esf, _ami, _signalling, _crc4, _loopback, _equaliser,
        _isJ1 ? LineBuildOut.J1 : _buildOut, _dejitter, _slave);

    private string Framing(string value)
    {
        if (value is not ("esf" or "sf" or "ccs" or "cas")) return $"expected esf, sf, ccs or cas in lower case, found {value}";
        _esf = value == "esf";
        if (value == "cas") _signalling = true;
        if (value == "ccs") _signalling = false;
        return Mode(value is "ccs" or "cas");
    }

    private string Encoding(string value)
    {
        if (value is not ("b8zs" or "hdb3" or "ami")) return $"expected b8zs, hdb3 or ami in lower case, found {value}";
        _ami = value == "ami";
        return _ami ? "" : Mode(value == "hdb3");
    }

    private string Mode(bool isE1)
    {
        if (_isE1 is { } before && before != isE1) _conflict = true;
        _isE1 = isE1;
        return "";
    }

    private string Haul(string key, string value)
    {
        if (_haul.Length > 0 && _haul != key) return $"{key} excludes {_haul}, which is set for this span";
        var codes = key == "shorthaul" ? LineBuildOut.ShortHaul : LineBuildOut.LongHaul;
        if (value.Length != 1 || value[0] < '0' || value[0] >= '0' + codes.Length) return $"expected 0 to {codes.Length - 1}";
        _haul = key;
        (_buildOut, _equaliser) = (codes[value[0] - '0'], key == "longhaul");
        return "";
    }

    private string Flag(string key)
    {
        switch (key)
        {
            case "crc4": _crc4 = true; break;
            case "j1": _isJ1 = true; break;
            case "rbs": _signalling = true; break;
            case "loopback": _loopback = true; break;
            case "dejitter": _dejitter = true; break;
            case "slave": _slave = true; break;
            default: Invariant.Check(key == "master"); break; // What a span is without "slave".
        }

        return "";
    }
}
