#!/usr/bin/env python3
"""The LAN of two machines in QEMU: a switch, a router that answers ping, and telephones that ask the service address again and again.

lan.py FOLDER ROUTER SERVICE-ADDRESS: two ports, FOLDER/lan-a and FOLDER/lan-b (datagram sockets, one frame each). What they
see goes to standard output, a line for each thing: "SECONDS sip MAC STATUS" for each answer to SIP OPTIONS, "SECONDS arp MAC" when
another machine answers for the address, "SECONDS double MAC MAC" when two do at once. The network is ROUTER's /24; the telephones are
many, because each is a stranger to Asterisk, and fail2ban keeps out who comes ten times in ten minutes.
"""
import os
import select
import socket
import struct
import sys
import time

ROUTER_MAC = bytes.fromhex("525400000001")
BROADCAST = b"\xff" * 6
ASK_EVERY = 0.5
TELEPHONES = range(10, 200)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Port:
    def __init__(self, folder, name):
        self.qemu = f"{folder}/{name}.qemu"
        own = f"{folder}/{name}"
        if os.path.exists(own):
            os.unlink(own)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(own)
        self.socket.setblocking(False)

    def send(self, frame):
        try:
            self.socket.sendto(frame, self.qemu)
        except OSError:
            pass  # A machine that is switched off, or too slow: the frame is lost, as on a wire.


class Lan:
    def __init__(self, folder, router, service):
        self.ports = [Port(folder, "lan-a"), Port(folder, "lan-b")]
        self.router, self.service = socket.inet_aton(router), socket.inet_aton(service)
        self.name = service
        self.mac, self.heard, self.number = None, {}, 0

    def tell(self, *words):
        print(f"{time.time():.3f}", *words, flush=True)

    def send(self, frame):
        for port in self.ports:
            port.send(frame)

    def packet(self, source, to, protocol, payload):
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, source, to)
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload

    def is_ours(self, address):
        return address == self.router or (address[:3] == self.router[:3] and address[3] in TELEPHONES)

    def arp(self, kind, mac, source, to_mac, to):
        body = struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, kind, ROUTER_MAC, source, to_mac, to)
        return mac + ROUTER_MAC + b"\x08\x06" + body

    def ask(self):
        self.send(self.arp(1, BROADCAST, self.router, b"\0" * 6, self.service))
        if self.mac is None:
            return
        self.number += 1
        service = self.name
        source = self.router[:3] + bytes([TELEPHONES[self.number % len(TELEPHONES)]])
        phone = socket.inet_ntoa(source)
        text = (
            f"OPTIONS sip:{service} SIP/2.0\r\nVia: SIP/2.0/UDP {phone}:5060;branch=z9hG4bK{self.number}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:telephone@{phone}>;tag={self.number}\r\nTo: <sip:{service}>\r\nCall-ID: {self.number}@{phone}\r\n"
            f"CSeq: 1 OPTIONS\r\nContact: <sip:telephone@{phone}>\r\nContent-Length: 0\r\n\r\n"
        ).encode()
        datagram = struct.pack("!HHHH", 5060, 5060, 8 + len(text), 0) + text
        self.send(self.mac + ROUTER_MAC + b"\x08\x00" + self.packet(source, self.service, 17, datagram))

    def take_arp(self, frame):
        if len(frame) < 42:
            return
        kind, sender, address, wanted = struct.unpack("!H6s4s6x4s", frame[20:42])
        if kind == 1 and self.is_ours(wanted):
            self.send(self.arp(2, sender, wanted, sender, address))
        if address != self.service or kind != 2:
            return
        now = time.time()
        self.heard = {mac: at for mac, at in self.heard.items() if now - at < 2 * ASK_EVERY}
        self.heard[sender] = now
        if sender != self.mac:
            self.tell("arp", sender.hex(":"))
            self.mac = sender
        # Both answer one question after the other, not only once around a move.
        if len(self.heard) > 1:
            self.tell("double", *(mac.hex(":") for mac in self.heard))

    def take_packet(self, frame):
        packet = frame[14:]
        if len(packet) < 28 or not self.is_ours(packet[16:20]):
            return
        head = (packet[0] & 15) * 4
        length = struct.unpack("!H", packet[2:4])[0]
        body = packet[head:length]
        if packet[9] == 1 and body[:1] == b"\x08":
            answer = b"\0\0\0\0" + body[4:]
            answer = answer[:2] + struct.pack("!H", checksum(answer)) + answer[4:]
            self.send(frame[6:12] + ROUTER_MAC + b"\x08\x00" + self.packet(packet[16:20], packet[12:16], 1, answer))
        elif packet[9] == 17 and packet[12:16] == self.service and body[8:16] == b"SIP/2.0 ":
            self.tell("sip", frame[6:12].hex(":"), body[16:19].decode("ascii", "replace"))

    def take(self, port, frame):
        for other in self.ports:
            if other is not port:
                other.send(frame)
        if frame[:6] not in (ROUTER_MAC, BROADCAST):
            return
        if frame[12:14] == b"\x08\x06":
            self.take_arp(frame)
        elif frame[12:14] == b"\x08\x00":
            self.take_packet(frame)

    def run(self):
        due = time.monotonic()
        while True:
            ready, _, _ = select.select([port.socket for port in self.ports], [], [], max(0, due - time.monotonic()))
            for port in self.ports:
                if port.socket in ready:
                    self.take(port, port.socket.recv(65536))
            if time.monotonic() >= due:
                self.ask()
                due = time.monotonic() + ASK_EVERY


Lan(*sys.argv[1:4]).run()
