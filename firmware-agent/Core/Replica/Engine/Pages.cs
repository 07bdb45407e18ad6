namespace Appliance.Core.Replica.Engine;

/// <summary>Writes changed pages of the bitmap, one at a time: only before regions cool, now and then, and at an orderly end. The hot path
/// never waits for them.</summary>
internal sealed class Pages(Volume volume)
{
    private int _writing = -1;
    private int _next;
    private bool _wanted;

    public bool IsBusy => _writing >= 0 || _wanted;

    public bool IsWriting(int page) => _writing == page;

    /// <summary>All changed pages are to be written.</summary>
    public void Want() => _wanted = volume.Stirred = true;

    public bool Settle()
    {
        if (!_wanted || _writing >= 0 || !volume.HasDisk) return false;
        // Clears are only true once the copies are stable; the bitmap in memory is cleared no earlier.
        var page = volume.Bitmap.NextChangedPage(_next);
        if (page < 0)
        {
            _wanted = false;
            return false;
        }

        (_writing, _next) = (page, page + 1 == volume.Bitmap.Pages ? 0 : page + 1);
        volume.Counters.BitmapWrites++;
        volume.Bitmap.TakePage(page, volume.Buffers[volume.MetadataBuffer].Slice(Volume.PageAt, Geometry.BlockBytes));
        volume.Io.WriteMetadata(IoOwner.BitmapPage, volume.Layout.BitmapPage(page), volume.MetadataBuffer, Volume.PageAt);
        return true;
    }

    public void Written(int result)
    {
        var page = _writing;
        _writing = -1;
        if (result >= 0) return;
        volume.Bitmap.KeepChanged(page);
        volume.Failure.LocalDisk(-result, "the bitmap cannot be written");
    }

    public void DiskGone() => (_writing, _wanted) = (-1, false);
}
