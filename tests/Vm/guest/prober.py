"""Reads a block past the page cache, again and again, until SIGTERM; then prints the longest time without an answer.

usage: prober.py DEVICE    prints "MILLISECONDS from UPTIME" (seconds since the machine's start)
"""
import mmap
import os
import signal
import sys
import time

ending = []
signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
device = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECT)
buffer = mmap.mmap(-1, 4096)
longest, at, last = 0.0, 0.0, time.monotonic()
while not ending:
    assert os.preadv(device, [buffer], 33 * 4096) == 4096
    now = time.monotonic()
    if now - last > longest:
        longest, at = now - last, last
    last = now
    time.sleep(0.02)
print(f"{longest * 1000:.0f} from {at:.2f}")
