using System.Buffers.Text;

namespace Appliance.Core.LinuxHa;

/// <summary>Writes the fields of one message into a buffer, as lines <c>name=value</c>: the text form without marks and signature. Both
/// forms on the wire are made of it.</summary>
internal ref struct HaWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        Append(name);
        Append("="u8);
        Append(value);
        Append("\n"u8);
    }

    public void Hex(scoped ReadOnlySpan<byte> name, long value) => Number(name, value, new System.Buffers.StandardFormat('x'));

    public void Decimal(scoped ReadOnlySpan<byte> name, long value) => Number(name, value, default);

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_room[Length..]);
        Length += bytes.Length;
    }

    /// <summary>A number without a name, in decimal.</summary>
    public void Append(int number)
    {
        Invariant.Check(Utf8Formatter.TryFormat(number, _room[Length..], out var written));
        Length += written;
    }

    private void Number(scoped ReadOnlySpan<byte> name, long value, System.Buffers.StandardFormat format)
    {
        Span<byte> digits = stackalloc byte[20];
        Invariant.Check(Utf8Formatter.TryFormat(value, digits, out var written, format));
        Text(name, digits[..written]);
    }
}
