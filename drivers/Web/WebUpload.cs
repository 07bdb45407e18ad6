namespace Appliance.Drivers.Web;

/// <summary>A request on its way: its body while it comes in pieces, and its answer when that takes time.</summary>
internal sealed class WebUpload
{
    private byte[] _bytes = [];
    private int _count;

    /// <summary>More came than <see cref="WebBounds.BodyBytes"/>; the rest is read and thrown away.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Found by a thread of its own while the connection slept; null: not yet, or not so.</summary>
    public WebAnswer? Found { get; set; }

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
