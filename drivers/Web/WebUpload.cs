namespace Appliance.Drivers.Web;

/// <summary>The body of a request while it comes in pieces.</summary>
internal sealed class WebUpload
{
    private byte[] _bytes = [];
    private int _count;

    /// <summary>More came than <see cref="WebBounds.BodyBytes"/>; the rest is read and thrown away.</summary>
    public bool IsTooLong { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _count);

    public void Take(ReadOnlySpan<byte> piece)
    {
        if (_bytes.Length == 0) _bytes = new byte[WebBounds.BodyBytes];
        if (IsTooLong || piece.Length > _bytes.Length - _count)
        {
            IsTooLong = true;
            return;
        }

        piece.CopyTo(_bytes.AsSpan(_count));
        _count += piece.Length;
    }
}
