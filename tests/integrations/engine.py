"""A Docker engine of the tests' own, and an image with this environment in it; nothing comes from a registry.

The engine has no network of its own: containers use that of the host, and so reach a server on the loopback.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

WITHIN_S = 60
ROOM_BYTES = 3_000_000_000
# what no run needs of Python's library, and of what is installed
_LEFT_OUT = {
    *("test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pip", "setuptools"),
    *("google", "googleapiclient", "azure", "boto3", "botocore", "aiobotocore", "kubernetes_asyncio"),
}
_OTHER_WORKERS = ("prefect_aws", "prefect_azure", "prefect_gcp", "prefect_kubernetes", "config-")
_SHELL = "/bin/sh"


@contextlib.contextmanager
def engine() -> Iterator[str]:
    """The address of an engine that runs while the body does; raises `RuntimeError` with its last words."""
    program = shutil.which("dockerd")
    if program is None:
        raise RuntimeError("There is no `dockerd` here; install the Debian package `docker.io`.")
    place = _in_memory()
    with tempfile.TemporaryDirectory(
        prefix="prefect-docker-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        problems = ""
        for driver in ("overlay2", "vfs"):
            with _started(program, Path(folder) / driver, driver) as found:
                if isinstance(found, Path):
                    yield f"unix://{found}"
                    return
                problems = found
        raise RuntimeError(f"The Docker engine does not start:\n{problems}")


def _in_memory() -> str | None:
    """A folder in memory, if there is one with room for some images."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage("/dev/shm").free > ROOM_BYTES and os.access("/dev/shm", os.W_OK):
            return "/dev/shm"
    return None


@contextlib.contextmanager
def _started(program: str, folder: Path, driver: str) -> Iterator[Path | str]:
    """The socket of a daemon that is ready; the end of what it wrote if it does not become so."""
    folder.mkdir()
    socket = folder / "docker.sock"
    command = [
        program, f"--storage-driver={driver}", "--iptables=false", "--ip-masq=false", "--bridge=none",
        f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'pid'}",
        f"--host=unix://{socket}", "--shutdown-timeout=1",
    ]  # fmt: skip
    daemon = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        assert daemon.stderr is not None
        with daemon.stderr:
            for line in daemon.stderr:
                said.append(line)
                if "API listen on" in line:
                    ready.set()
        ready.set()  # it has ended

    listening = threading.Thread(target=listen)
    listening.start()
    try:
        ready.wait(WITHIN_S)
        yield socket if daemon.poll() is None and socket.exists() else "".join(said[-20:])
    finally:
        daemon.terminate()
        daemon.wait(WITHIN_S)
        listening.join(WITHIN_S)
        _unmount(folder)


def _unmount(folder: Path) -> None:
    """Let go of what a daemon leaves mounted, such as the network of the host."""
    for line in Path("/proc/mounts").read_text().splitlines():
        place = line.split()[1]
        if Path(place).is_relative_to(folder):
            subprocess.run(["umount", place], check=True)


def import_image(client: Any, name: str) -> None:
    """Have the engine know this interpreter with all that is installed for it as image `name`."""
    with tempfile.TemporaryFile(dir=_in_memory()) as file:
        _pack(file)
        file.seek(0)
        repository, _, tag = name.rpartition(":")
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        changes = [f"ENV PATH={path}", "ENV PYTHONDONTWRITEBYTECODE=1", "WORKDIR /opt/prefect"]
        pieces = iter(lambda: file.read(1 << 20), b"")
        client.api.import_image_from_stream(pieces, repository=repository, tag=tag, changes=changes)


def _pack(to: Any) -> None:
    with tarfile.open(fileobj=to, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("tmp", "root", "opt/prefect"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o777
            archive.addfile(folder)
        users = b"root:x:0:0:root:/root:/bin/sh\n"
        passwd = tarfile.TarInfo("etc/passwd")
        passwd.size = len(users)
        archive.addfile(passwd, io.BytesIO(users))
        libraries: list[Path] = []
        for source in _trees():
            archive.add(source, str(source).lstrip("/"), filter=functools.partial(_wanted, libraries))
        interpreter = Path(sys.executable)
        for program in (*_links(interpreter), Path(_SHELL)):
            archive.add(program, str(program).lstrip("/"))
        real_shell = Path(_SHELL).resolve()
        if Path(_SHELL).is_symlink():
            archive.add(real_shell, str(real_shell).lstrip("/"))
        for library in _needed([interpreter.resolve(), real_shell, *libraries]):
            member = archive.gettarinfo(library.resolve(), str(library).lstrip("/"))
            with library.open("rb") as content:
                archive.addfile(member, content)


def _trees() -> list[Path]:
    """The environment, and the library of Python; where this project is installed as a link, its source."""
    found = [Path(sys.prefix), Path(sysconfig.get_path("stdlib"))]
    spec = importlib.util.find_spec("prefect")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    return found if package.is_relative_to(sys.prefix) else [*found, package]


def _links(program: Path) -> list[Path]:
    """A program with all that it is a link to; what is in the environment is there already."""
    found: list[Path] = []
    while program.is_symlink():
        program = program.parent / os.readlink(program)
        found.append(program)
    return [each for each in found if not each.is_relative_to(sys.prefix)]


def _wanted(libraries: list[Path], member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(member.name)
    if member.isdir() and (name.name in _LEFT_OUT or name.name.startswith(_OTHER_WORKERS)):
        return None
    if member.isdir() and name.name == "site-packages" and not Path("/", name).is_relative_to(sys.prefix):
        return None
    if name.name.endswith(".so") and member.isfile():
        libraries.append(Path("/", name))
    return member


def _needed(programs: Iterable[Path]) -> list[Path]:
    """The shared libraries that some programs load from the system."""
    told = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    found = {Path(each) for each in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", told, re.MULTILINE)}
    return sorted(path for path in found if not path.is_relative_to(sys.prefix))
