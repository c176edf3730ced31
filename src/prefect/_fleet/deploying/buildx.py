"""Building and pushing images by ``docker buildx``, which has to be installed."""

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
    """Build an image; its id. Further options become those of ``docker buildx build``.

    `platform` names one or several, separated by commas. Raises `ValueError` for a missing context, and
    `BuildError` with what the build wrote.
    """
    if not context.exists():
        raise ValueError(f"The context {context} does not exist.")
    with tempfile.TemporaryDirectory() as folder:
        id_file = Path(folder) / "id"
        words = ["build", "--progress=plain", f"--iidfile={id_file}", "--push" if push else "--load"]
        path = Path(dockerfile)
        words += ["--file", str(path if path.is_absolute() else context / path)]
        for each in [tag, *(extra_tags or [])]:
            words += ["--tag", each] if each else []
        for key, value in IMAGE_LABELS.items():
            words += ["--label", f"{key}={value}"]
        words += ["--pull"] if pull else []
        words += ["--platform", platform] if platform else []
        _run([*words, *_options(kwargs), str(context)], stream_progress_to, BuildError)
        return id_file.read_text(encoding="utf-8").strip()


def buildx_push_image(name: str, tag: str | None = None, stream_progress_to: TextIO | None = None) -> None:
    """Push an image to its registry. Raises `PushError` with what was written."""
    image = f"{name}:{tag}" if tag else name
    _run(["push", image], stream_progress_to, PushError, by_buildx=False)


def _options(given: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for name, value in given.items():
        option = "--" + {"buildargs": "build-arg", "nocache": "no-cache"}.get(name, name.replace("_", "-"))
        if isinstance(value, dict):
            words += [word for key, each in value.items() for word in (option, f"{key}={each}")]  # pyright: ignore[reportUnknownVariableType]
        elif isinstance(value, (list, tuple)):
            words += [word for each in value for word in (option, str(each))]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        elif value is True:
            words.append(option)
        elif value not in (None, False):
            words += [option, str(value)]
    return words


def _run(words: list[str], told: TextIO | None, error: type[Exception], by_buildx: bool = True) -> None:
    if shutil.which("docker") is None:
        raise error(
            "There is no command docker here. Install Docker with its plugin buildx,"
            " or use the build backend 'docker-py'."
        )
    command = ["docker", *(["buildx"] if by_buildx else []), *words]
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if told is not None:
                told.write(line)
    if process.returncode != 0:
        raise error("".join(lines[-50:]).strip() or f"docker ended with code {process.returncode}.")
