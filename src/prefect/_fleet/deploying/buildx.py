"""Building and pushing images by the command ``docker buildx``, which knows more than the daemon's API."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, TextIO

from prefect.utilities.dockerutils import IMAGE_LABELS, BuildError, PushError


def buildx_build_image(
    context: Path,
    dockerfile: str = "Dockerfile",
    tag: str | None = None,
    extra_tags: list[str] | None = None,
    pull: bool = False,
    platform: str | None = None,
    stream_progress_to: TextIO | None = None,
    push: bool = False,
    **kwargs: Any,
) -> str:
    """Build an image; its id. Options besides the named ones become ``--option value``.

    Raises `ValueError` if there is no `context`, and `BuildError` if the command fails or is not there.
    """
    context = Path(context)
    if not context.exists():
        raise ValueError(f"There is no directory {context} to build an image from.")
    with tempfile.TemporaryDirectory(prefix="prefect-build-") as place:
        id_file = Path(place) / "id"
        file = context / dockerfile
        words = ["buildx", "build", "--progress", "plain", "--iidfile", str(id_file), "--file", str(file)]
        for each in [*([tag] if tag else []), *(extra_tags or [])]:
            words += ["--tag", each]
        for key, value in IMAGE_LABELS.items():
            words += ["--label", f"{key}={value}"]
        words += ["--pull"] if pull else []
        words += ["--platform", platform] if platform else []
        words += ["--push"] if push else ["--load"]
        words += _options(kwargs)
        _run([*words, str(context)], stream_progress_to, BuildError)
        return id_file.read_text().strip()


def buildx_push_image(name: str, tag: str | None = None, stream_progress_to: TextIO | None = None) -> None:
    """Push an image that was built and loaded; raises `PushError`."""
    _run(["push", f"{name}:{tag}" if tag else name], stream_progress_to, PushError)


def _options(given: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for name, value in given.items():
        flag = "--" + {"buildargs": "build-arg", "nocache": "no-cache"}.get(name, name.replace("_", "-"))
        if isinstance(value, dict):
            for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                words += [flag, f"{key}={inner}"]
        elif isinstance(value, list | tuple):
            for inner in value:  # pyright: ignore[reportUnknownVariableType]
                words += [flag, str(inner)]  # pyright: ignore[reportUnknownArgumentType]
        elif value is True:
            words.append(flag)
        elif value not in (None, False):
            words += [flag, str(value)]
    return words


def _run(words: list[str], shown: TextIO | None, failure: type[Exception]) -> None:
    program = shutil.which("docker")
    if program is None:
        raise failure("The command `docker` is not there; install it, or use the build backend 'docker-py'.")
    lines: list[str] = []
    with subprocess.Popen(
        [program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if shown is not None:
                shown.write(line)
                shown.flush()
    if process.returncode:
        raise failure("\n".join(lines[-20:]) or f"`docker {words[0]}` failed.")
