"""Appends numbered records with fdatasync, as a database does its log, and says "ack N" on a line of its own when N is safe.

usage: writer.py FILE FIRST ACKS     write for ever, acknowledging to ACKS
       writer.py --check FILE        print the numbers that are there, whole, in order
"""
import os
import struct
import sys
import zlib

RECORD = 3000  # No multiple of a block: records tear.


def record(number):
    body = struct.pack("<Q", number) * ((RECORD - 4) // 8)
    body = body.ljust(RECORD - 4, b"\0")
    return body + struct.pack("<I", zlib.crc32(body))


def write(path, number, acks):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    line = os.open(acks, os.O_WRONLY | os.O_NOCTTY)
    while True:
        data = record(number)
        assert os.write(file, data) == len(data)
        os.fdatasync(file)
        os.write(line, f"ack {number}\n".encode())
        number += 1


def check(path):
    with open(path, "rb") as file:
        while data := file.read(RECORD):
            number = struct.unpack_from("<Q", data)[0] if len(data) == RECORD else -1
            print(number if number >= 0 and data == record(number) else "torn")


if sys.argv[1] == "--check":
    check(sys.argv[2])
else:
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3])
