"""One kind of records on disk: appended at one end, taken from the other, in segments that come and go.

Written through to the operating system, not to the disk: a killed process loses nothing of it, a power
failure may cost the last seconds.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from prefect._link.journal import frames

SEGMENT_BYTES = 4 * 1024 * 1024
BATCH_BYTES = 2 * 1024 * 1024
_MARK = struct.Struct("<QQ")  # number of a segment, position in it


class Spool:
    """A queue of records in `folder`, which is opened when the first one comes. For any number of threads.

    What was delivered before a crash of this process may be delivered again: records have ids.
    """

    def __init__(self, folder: Path, name: str, open_folder: Callable[[], None]) -> None:
        self._folder = folder
        self._name = name
        self._open_folder = open_folder
        self._lock = threading.RLock()
        self._written: list[int] = []  # numbers of the segments, the oldest first
        self._out: int | None = None  # the file that is written to
        self._out_bytes = 0
        self._number, self._position = 0, 0  # up to where records were delivered
        self.bytes = 0
        self._find()

    def _find(self) -> None:
        """What another process left in this folder."""
        try:
            found = sorted(self._folder.glob(f"{self._name}-*.seg"))
        except OSError:
            return
        self._written = [int(path.stem.rpartition("-")[2]) for path in found]
        self.bytes = sum(path.stat().st_size for path in found)
        try:
            self._number, self._position = _MARK.unpack(self._mark.read_bytes())
        except (OSError, struct.error):
            self._number, self._position = self._written[0] if self._written else 0, 0

    @property
    def _mark(self) -> Path:
        return self._folder / f"{self._name}.mark"

    def _segment(self, number: int) -> Path:
        return self._folder / f"{self._name}-{number:08d}.seg"

    def append(self, records: Sequence[bytes]) -> None:
        """Keep `records`; they survive the end of this process when this returns. Raises `OSError`."""
        with self._lock:
            if self._out is None or self._out_bytes >= SEGMENT_BYTES:
                self._begin_segment()
            assert self._out is not None
            data = b"".join(map(frames.frame, records))
            begin = self._out_bytes
            try:
                written = os.write(self._out, data)
                while written < len(data):
                    written += os.write(self._out, data[written:])
            except OSError:
                os.ftruncate(self._out, begin)
                raise
            self._out_bytes += len(data)
            self.bytes += len(data)

    def _begin_segment(self) -> None:
        number = self._written[-1] + 1 if self._written else self._number + 1
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        self._open_folder()
        opened = os.open(self._segment(number), flags, 0o600)
        self._end_segment()
        self._out, self._out_bytes = opened, 0
        self._written.append(number)

    def _end_segment(self) -> None:
        if self._out is not None:
            os.close(self._out)
            self._out = None

    def peek(self, most: int) -> list[bytes]:
        """The oldest records, at most so many; none if all were delivered."""
        with self._lock:
            while self._written:
                found = self._read(self._written[0], most)
                if found or self._is_written_to(self._written[0]):
                    return found
                self._drop()  # delivered, or broken from here on: nothing follows in it
            return []

    def _is_written_to(self, number: int) -> bool:
        return self._out is not None and number == self._written[-1]

    def _read(self, number: int, most: int) -> list[bytes]:
        begin = self._position if number == self._number else 0
        with self._segment(number).open("rb") as file:
            file.seek(begin)
            data = file.read(BATCH_BYTES)
            found = _first(data, most)
            if not found:  # one record that is longer than all that
                found = _first(data + file.read(), 1)
        return found

    def count(self) -> int:
        """How many records are to be delivered; those behind a broken one in a segment are lost."""
        with self._lock:
            total = 0
            for number in self._written:
                begin = self._position if number == self._number else 0
                total += sum(1 for _ in frames.records(self._segment(number).read_bytes(), begin))
            return total

    def delivered(self, records: Sequence[bytes]) -> None:
        """Forget the oldest records, which `peek` has told."""
        with self._lock:
            number = self._written[0]
            begin = self._position if number == self._number else 0
            self._number = number
            self._position = begin + sum(len(record) + frames.HEAD_BYTES for record in records)
            if self._is_written_to(number) and self._position >= self._out_bytes:
                self._end_segment()
            if not self._is_written_to(number) and not self._read(number, 1):
                self._drop()
            elif self._written:
                self._write_mark()

    def _write_mark(self) -> None:
        fd = os.open(self._mark, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            os.write(fd, _MARK.pack(self._number, self._position))
        finally:
            os.close(fd)

    def _drop(self) -> None:
        number = self._written.pop(0)
        path = self._segment(number)
        self.bytes = max(0, self.bytes - path.stat().st_size) if self._written else 0
        path.unlink()
        self._number, self._position = number, 0
        if not self._written:
            self._mark.unlink(missing_ok=True)

    @property
    def is_empty(self) -> bool:
        """Whether all that was appended was delivered."""
        return not self._written

    def close(self) -> None:
        """Close the files; what was not delivered stays."""
        with self._lock:
            self._end_segment()


def _first(data: bytes, most: int) -> list[bytes]:
    found: list[bytes] = []
    for record, _ in frames.records(data):
        found.append(record)
        if len(found) >= most:
            break
    return found
