"""Websocket frames that no library would send: wrong bits, lengths, masks and pieces, written byte by byte.

`fuzz.py` sends them to a server. Who breaks the protocol is told so in a close frame; who goes is let go.
"""

from __future__ import annotations

import base64
import os
import random
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
WITHIN_S = 10.0
# what a server says to who breaks the protocol
PROTOCOL_CODES = frozenset({1002, 1003, 1007, 1008, 1009})


class Raw(NamedTuple):
    """Bytes to send, and what they have to be answered with: a pong, a close frame, or nothing any more."""

    kind: str
    sent: bytes
    answered: str


def frame(
    payload: bytes,
    opcode: int = TEXT,
    *,
    is_last: bool = True,
    reserved: int = 0,
    is_masked: bool = True,
    length: int | None = None,
    form: int | None = None,
) -> bytes:
    """One frame. `length` is what its head says, `form` (7, 16 or 64 bits) how it says so."""
    said = len(payload) if length is None else length
    form = form or (7 if said < 126 else 16 if said < 65_536 else 64)
    first = (0x80 if is_last else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if is_masked else 0
    if form == 7:
        head = struct.pack("!BB", first, mask_bit | said)
    elif form == 16:
        head = struct.pack("!BBH", first, mask_bit | 126, said)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, said)
    if not is_masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def _pieces(payload: bytes, chance: random.Random) -> bytes:
    """A message in pieces, with pings and pongs between them."""
    count = chance.randrange(2, 12)
    size = max(1, len(payload) // count)
    parts = [payload[place : place + size] for place in range(0, len(payload), size)]
    sent = b""
    for place, part in enumerate(parts):
        sent += frame(part, TEXT if place == 0 else 0, is_last=place == len(parts) - 1)
        if chance.random() < 0.5 and place < len(parts) - 1:
            sent += frame(b"", PONG)
    return sent


def _closing(code: int, reason: bytes = b"") -> bytes:
    return frame(struct.pack("!H", code) + reason, CLOSE)


NOT_UTF8 = (b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82")

KINDS: dict[str, tuple[str, Callable[[bytes, random.Random], bytes]]] = {
    "pieces": ("pong", _pieces),
    "many pings": ("pong", lambda said, c: b"".join(frame(b"x" * c.randrange(126), PONG) for _ in range(50))),
    "reserved bits": ("close", lambda said, c: frame(said, reserved=c.randrange(1, 8))),
    "unknown opcode": ("close", lambda said, c: frame(said, c.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]))),
    "no mask": ("close", lambda said, c: frame(said, is_masked=False)),
    "long control frame": (
        "close",
        lambda said, c: frame(b"x" * c.randrange(126, 400), c.choice([8, 9, 10])),
    ),
    "control frame in pieces": ("close", lambda said, c: frame(b"x", c.choice([8, 9, 10]), is_last=False)),
    "continues nothing": ("close", lambda said, c: frame(said, 0, is_last=c.random() < 0.5)),
    "begins twice": ("close", lambda said, c: frame(said[:3], is_last=False) + frame(said, c.choice([1, 2]))),
    "no UTF-8": ("close", lambda said, c: frame(said + c.choice(NOT_UTF8))),
    "no UTF-8 in pieces": (
        "close",
        lambda said, c: frame(said, is_last=False) + frame(c.choice(NOT_UTF8), 0),
    ),
    "endless": ("close", lambda said, c: frame(said, length=c.choice([2**62, 2**40, 2**33]), form=64)),
    "negative length": ("close", lambda said, c: frame(said, length=2**63 + c.randrange(99), form=64)),
    "half a code": ("close", lambda said, c: frame(b"\x03", CLOSE)),
    "wrong code": ("close", lambda said, c: _closing(c.choice([0, 999, 1004, 1005, 1006, 1015, 2999, 5000]))),
    "no UTF-8 in the reason": ("close", lambda said, c: _closing(1000, c.choice(NOT_UTF8))),
    "goodbye": ("close", lambda said, c: _closing(c.choice([1000, 1001, 3000, 4999]), b"bye")),
    "half a frame": ("end", lambda said, c: frame(said)[: c.randrange(1, len(said) + 2)]),
    "noise": ("end", lambda said, c: c.randbytes(c.randrange(1, 300))),
}


def drawn(said: bytes, chance: random.Random) -> Raw:
    """One of the kinds, made of a message that would be right."""
    kind = chance.choice(list(KINDS))
    answered, make = KINDS[kind]
    return Raw(kind, make(said, chance), answered)


class Broken(Exception):
    """The server did something else than it has to."""


def talked(url: str, before: list[bytes], raw: Raw, *, resets: bool = False) -> str:
    """Say what is right, then the raw bytes; how it ended. Raises `Broken`."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=WITHIN_S) as connection:
        reader = _Reader(connection)
        connection.sendall(_handshake(where.netloc, where.path))
        if not reader.head().startswith(b"HTTP/1.1 101"):
            raise Broken("the handshake was refused")
        try:
            connection.sendall(b"".join(frame(message) for message in before) + raw.sent)
            if resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return "reset"
            if raw.answered == "pong":
                connection.sendall(frame(b"well?", PING))
            elif raw.answered == "end":
                connection.shutdown(socket.SHUT_WR)
            return _answer(reader, raw)
        except ConnectionError as error:
            if raw.answered == "end":
                return "ended"
            raise Broken(f"broken off: {error}") from error
        except TimeoutError as error:
            raise Broken(f"no answer within {WITHIN_S:.0f} s") from error


def _answer(reader: _Reader, raw: Raw) -> str:
    """What comes in the end. The messages of the endpoint are passed over."""
    while True:
        found = reader.frame()
        if found is None:
            if raw.answered == "end":
                return "ended"
            raise Broken("broken off without a close frame")
        opcode, payload = found
        if opcode == PONG and payload == b"well?":
            return "pong"
        if opcode != CLOSE:
            continue
        code = struct.unpack("!H", payload[:2])[0] if len(payload) > 1 else 0
        if raw.kind == "goodbye" or (code in PROTOCOL_CODES and len(payload) > 2) or code >= 4000:
            return f"closed with {code}"
        if raw.answered == "end" and (code in (0, 1000) or len(payload) > 2):
            return f"closed with {code}"
        raise Broken(f"closed with {code} and the reason {payload[2:]!r}")


class _Reader:
    """Reads what a server sends: never masked, never in pieces of more than one frame."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._bytes = b""

    def head(self) -> bytes:
        while b"\r\n\r\n" not in self._bytes:
            if not self._more():
                raise Broken("no answer to the handshake")
        head, _, self._bytes = self._bytes.partition(b"\r\n\r\n")
        return head

    def frame(self) -> tuple[int, bytes] | None:
        """Opcode and payload; None at the end."""
        start = self._take(2)
        if start is None:
            return None
        size = start[1] & 0x7F
        if size > 125:
            told = self._take(2 if size == 126 else 8)
            if told is None:
                return None
            size = int.from_bytes(told, "big")
        payload = self._take(size)
        return None if payload is None else (start[0] & 0x0F, payload)

    def _take(self, count: int) -> bytes | None:
        while len(self._bytes) < count:
            if not self._more():
                return None
        taken, self._bytes = self._bytes[:count], self._bytes[count:]
        return taken

    def _more(self) -> bool:
        got = self._connection.recv(65_536)
        self._bytes += got
        return bool(got)


def _handshake(host: str, path: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: prefect",
    )
    return "\r\n".join([*lines, "", ""]).encode()
