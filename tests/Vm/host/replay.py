"""Builds a disk from QEMU's notes of what was written to it: what a flush covered is there, of the rest only some, by a seed.

usage: replay.py LOG DISK SEED
"""
import random
import struct
import sys

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


def entries(log, sector_bytes):
    """Yields (sector, data or None, count, flags) in the order in which the disk got them."""
    place = sector_bytes
    while True:
        log.seek(place)
        head = log.read(32)
        if len(head) < 32:
            return
        sector, count, flags, _ = struct.unpack("<QQQQ", head)
        if (sector, count, flags) == (0, 0, 0) or flags > 15:
            return
        place += sector_bytes
        data = None
        if not flags & DISCARD and count:
            data = log.read(0) if count == 0 else None
            log.seek(place)
            data = log.read(count * 512)
            place += (count * 512 + sector_bytes - 1) // sector_bytes * sector_bytes
        yield sector, data, count, flags


def main():
    path, disk_path, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    chance = random.Random(seed)
    with open(path, "rb") as log:
        magic, _, _, sector_bytes = struct.unpack("<QQQI", log.read(28))
        if magic != MAGIC:
            sys.exit(f"{path}: not a log of writes")
        noted = list(entries(log, sector_bytes))
    stable = max((at for at, entry in enumerate(noted) if entry[3] & FLUSH), default=-1)
    kept = lost = 0
    with open(disk_path, "r+b") as disk:
        for at, (sector, data, count, flags) in enumerate(noted):
            if at > stable and not flags & FUA and chance.random() < 0.5:
                lost += 1
                continue
            kept += 1
            disk.seek(sector * 512)
            if flags & DISCARD:
                disk.write(bytes(count * 512))
            elif data:
                disk.write(data)
    print(f"{path}: {kept} writes kept, {lost} of {len(noted) - stable - 1} behind the last flush lost (seed {seed})")


if __name__ == "__main__":
    main()
