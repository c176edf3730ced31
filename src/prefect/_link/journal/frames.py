"""Records as frames of a file: length, checksum, bytes. What a dying process left half written is seen."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_HEAD = struct.Struct("<II")
HEAD_BYTES = _HEAD.size
LONGEST = 64 * 1024 * 1024


def frame(record: bytes) -> bytes:
    """`record` as a frame."""
    return _HEAD.pack(len(record), zlib.crc32(record)) + record


def records(data: bytes, begin: int = 0) -> Iterator[tuple[bytes, int]]:
    """The records of `data` from `begin` on, each with the position behind it, up to the first broken one."""
    position = begin
    while position + HEAD_BYTES <= len(data):
        length, checksum = _HEAD.unpack_from(data, position)
        end = position + HEAD_BYTES + length
        if length > LONGEST or end > len(data):
            return
        record = data[position + HEAD_BYTES : end]
        if zlib.crc32(record) != checksum:
            return
        yield record, end
        position = end
