"""A bare NBD client: says what it is told to say, whether that is allowed or not."""

import socket
import struct
import time

IHAVEOPT = 0x49484156454F5054
OPTION_REPLY = 0x0003E889045565A9
REQUEST = 0x25609513
SIMPLE = 0x67446698
CHUNK = 0x668E33EF
EXPORT_NAME, ABORT, LIST, STARTTLS, INFO, GO, STRUCTURED, LIST_META, SET_META, EXTENDED = 1, 2, 3, 5, 6, 7, 8, 9, 10, 11
READ, WRITE, DISC, FLUSH, TRIM, CACHE, ZEROES, STATUS = range(8)
FUA, NO_HOLE, DF, REQ_ONE, FAST = 1, 2, 4, 8, 16
ERRORS = {0: "ok", 1: "EPERM", 5: "EIO", 12: "ENOMEM", 22: "EINVAL", 28: "ENOSPC", 75: "EOVERFLOW", 95: "ENOTSUP", 108: "ESHUTDOWN"}
REPLIES = {
    1: "ACK", 2: "SERVER", 3: "INFO", 4: "META", 0x80000001: "UNSUP", 0x80000002: "POLICY", 0x80000003: "INVALID",
    0x80000004: "PLATFORM", 0x80000005: "TLS_REQD", 0x80000006: "UNKNOWN", 0x80000009: "TOO_BIG",
}


class Gone(Exception):
    """The server has closed the connection."""


class Wire:
    """One connection."""

    def __init__(self, path, flags=3, greet=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        for patience in range(50):
            try:
                self.socket.connect(path)
                break
            except (ConnectionRefusedError, FileNotFoundError):
                if patience == 49:
                    raise
                time.sleep(0.1)  # The reference is being started again after it fell over.
        self.structured = False
        if greet:
            self.greeting = self.take(18)
            self.say(struct.pack(">I", flags))

    def say(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone from error

    def take(self, count):
        data = b""
        while len(data) < count:
            try:
                more = self.socket.recv(count - len(data))
            except (ConnectionError, BrokenPipeError) as error:
                raise Gone from error
            if not more:
                raise Gone
            data += more
        return data

    def closed(self):
        """True when the server closes without another byte."""
        try:
            return self.socket.recv(1) == b""
        except socket.timeout:
            return False
        except OSError:
            return True

    def option(self, number, data=b"", length=None):
        self.say(struct.pack(">QII", IHAVEOPT, number, len(data) if length is None else length) + data)

    def option_reply(self):
        magic, option, kind, length = struct.unpack(">QIII", self.take(20))
        assert magic == OPTION_REPLY, hex(magic)
        return option, REPLIES.get(kind, hex(kind)), self.take(length)

    def ask(self, number, data=b""):
        """The names of all replies to an option, up to the one that ends it."""
        self.option(number, data)
        names = []
        while True:
            _, name, _ = self.option_reply()
            names.append(name)
            if name not in ("SERVER", "INFO", "META"):
                return "+".join(names)

    def go(self, name=b"", infos=(), structured=False, meta=False):
        if structured:
            assert self.ask(STRUCTURED) == "ACK"
            self.structured = True
        if meta:
            self.ask(SET_META, meta_query(name, b"base:allocation"))
        answer = self.ask(GO, info_query(name, infos))
        assert answer.endswith("ACK"), answer
        return self

    def request(self, command, offset=0, length=0, flags=0, cookie=1, payload=b"", magic=REQUEST):
        self.say(struct.pack(">IHHQQI", magic, flags, command, cookie, offset, length) + payload)

    def reply(self, length=0):
        """(cookie, error in words, data) of a simple reply, or of all chunks of a structured one."""
        magic, = struct.unpack(">I", self.take(4))
        if magic == SIMPLE:
            error, cookie = struct.unpack(">IQ", self.take(12))
            return cookie, ERRORS.get(error, str(error)), self.take(length) if error == 0 else b""
        data, error, done = bytearray(length), 0, False
        begin = None
        self.chunks = []
        while not done:
            assert magic == CHUNK, hex(magic)
            flags, kind, cookie, size = struct.unpack(">HHQI", self.take(16))
            body = self.take(size)
            self.chunks.append((kind, size))
            if kind == 1:
                at, = struct.unpack(">Q", body[:8])
                begin = at if begin is None else min(begin, at)
                data[at - self.base:at - self.base + size - 8] = body[8:]
            elif kind == 2:
                pass
            elif kind == 5:
                data = body
            elif kind >= 0x8000:
                error, = struct.unpack(">I", body[:4])
            done = bool(flags & 1)
            if not done:
                magic, = struct.unpack(">I", self.take(4))
        return cookie, ERRORS.get(error, str(error)), bytes(data) if error == 0 else b""

    base = 0

    def do(self, command, offset=0, length=0, flags=0, cookie=1, payload=b"", reads=None):
        """Asks and waits: the error in words; keeps the data."""
        self.base = offset
        self.request(command, offset, length, flags, cookie, payload)
        got, error, self.data = self.reply(reads if reads is not None else length if command == READ else 0)
        assert got == cookie, (got, cookie)
        return error

    def alive(self):
        return "alive" if self.do(READ, 0, 512, cookie=99) == "ok" else "sick"


def text(value):
    return struct.pack(">I", len(value)) + value


def info_query(name=b"", infos=()):
    return text(name) + struct.pack(">H", len(infos)) + b"".join(struct.pack(">H", info) for info in infos)


def meta_query(name, *queries):
    return text(name) + struct.pack(">I", len(queries)) + b"".join(text(query) for query in queries)
