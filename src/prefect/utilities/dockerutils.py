"""Building and pushing images with a Docker daemon, and the names of images.

Needs the package `docker` where a daemon is asked; names do not.
"""

from __future__ import annotations

import re
import shlex
import sys
import warnings
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import urlsplit

from prefect._base import clock, lazy
from prefect._base.version import __version__
from prefect.utilities._image_builder import ImageBuilder
from prefect.utilities.slugify import slugify

if TYPE_CHECKING:
    from docker import DockerClient

docker: Any = lazy.module("docker")

__all__ = [
    "BuildError",
    "CONTAINER_LABELS",
    "IMAGE_LABELS",
    "ImageBuilder",
    "PushError",
    "build_image",
    "docker_client",
    "format_outlier_version_name",
    "generate_default_dockerfile",
    "get_prefect_image_name",
    "parse_image_tag",
    "push_image",
    "python_version_micro",
    "python_version_minor",
    "silence_docker_warnings",
    "split_repository_path",
    "to_run_command",
]

CONTAINER_LABELS = {"io.prefect.version": __version__}
IMAGE_LABELS = {"io.prefect.version": __version__}

_RELEASE = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
_SUFFIXES = ("-ce", "-ee")


class BuildError(Exception):
    """An image could not be built."""


class PushError(Exception):
    """An image could not be pushed."""


# ------------------------------------------------------------------ names


def python_version_minor() -> str:
    """The version of this Python, as in ``3.12``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def python_version_micro() -> str:
    """The version of this Python, as in ``3.12.4``."""
    return f"{python_version_minor()}.{sys.version_info.micro}"


def get_prefect_image_name(
    prefect_version: str | None = None, python_version: str | None = None, flavor: str | None = None
) -> str:
    """The name of the published image for a version of Prefect and of Python, by default those that run here.

    For a version that was never released it is the newest image of its major version.
    """
    version = (prefect_version or __version__).partition("+")[0]
    if not _RELEASE.fullmatch(version):
        version = version.partition(".")[0]
    tag = f"{version}-python{python_version or python_version_minor()}"
    return f"prefecthq/prefect:{tag}-{flavor}" if flavor else f"prefecthq/prefect:{tag}"


def parse_image_tag(name: str) -> tuple[str, str | None]:
    """The name and the tag (or digest) of an image: ``host:5000/a/b:1`` is ``("host:5000/a/b", "1")``."""
    image, at, digest = name.partition("@")
    if at:
        return image, digest
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return name, None
    return path, tag


def split_repository_path(repository_path: str) -> tuple[str | None, str]:
    """The registry or namespace, and the name: ``ghcr.io/org/app`` is ``("ghcr.io/org", "app")``."""
    namespace, _, repository = repository_path.rpartition("/")
    return namespace or None, repository


def format_outlier_version_name(version: str) -> str:
    """The version of a Docker daemon without the suffix of its edition, which does not compare."""
    for suffix in _SUFFIXES:
        version = version.removesuffix(suffix)
    return version


def to_run_command(command: list[str]) -> str:
    """The line of a Dockerfile that runs a command; the first word is left as it is."""
    if not command:
        return ""
    first, *rest = command
    return " ".join(["RUN", first, *(f"'{word}'" if "'" not in word else shlex.quote(word) for word in rest)])


@contextmanager
def generate_default_dockerfile(context: Path | None = None) -> Generator[Path]:
    """A ``Dockerfile`` in `context` (by default the working directory), which goes with the block.

    It installs ``requirements.txt`` if there is one, and copies everything to ``/opt/prefect/<directory>/``.
    Raises `RuntimeError` if there is a ``Dockerfile`` already.
    """
    directory = context or Path.cwd()
    lines = [f"FROM {get_prefect_image_name()}"]
    target = f"/opt/prefect/{directory.resolve().name}/"
    if (directory / "requirements.txt").is_file():
        lines += [
            f"COPY requirements.txt {target}requirements.txt",
            f"RUN python -m pip install -r {target}requirements.txt",
        ]
    lines += [f"COPY . {target}", f"WORKDIR {target}"]
    file = directory / "Dockerfile"
    try:
        with file.open("x") as dockerfile:
            dockerfile.write("\n".join(lines) + "\n")
    except FileExistsError:
        raise RuntimeError(
            f"There is a Dockerfile in {directory} already; name it as the one to build with, or remove it."
        ) from None
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


# ------------------------------------------------------------------ the daemon


@contextmanager
def silence_docker_warnings() -> Generator[None]:
    """Leave out what the package `docker` warns of about itself."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="distutils Version classes", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="The distutils package", category=DeprecationWarning)
        yield


@contextmanager
def docker_client() -> Generator[DockerClient]:
    """A client of the Docker daemon that the environment names, closed at the end.

    Raises `RuntimeError` if there is none, or if the package `docker` is not installed.
    """
    try:
        with silence_docker_warnings():
            client = docker.DockerClient.from_env()
    except ModuleNotFoundError as error:
        raise RuntimeError("The package `docker` is not installed: `pip install prefect[docker]`.") from error
    except docker.errors.DockerException as error:
        raise RuntimeError(
            f"The Docker daemon cannot be reached; start it, or set DOCKER_HOST. ({error})"
        ) from error
    try:
        yield client
    finally:
        client.api.close()


def build_image(
    context: Path,
    dockerfile: str = "Dockerfile",
    tag: str | None = None,
    pull: bool = False,
    platform: str | None = None,
    stream_progress_to: TextIO | None = None,
    **kwargs: Any,
) -> str:
    """Build an image from the directory `context`; its id.

    :param dockerfile: the Dockerfile, relative to `context`
    :param tag: the name and tag that the image gets
    :param pull: get the base image anew
    :param platform: as in ``linux/arm64``
    :param stream_progress_to: where the output of the build is written to
    :param kwargs: other options of the build, as the Docker client knows them

    Raises `ValueError` if there is no `context`, and `BuildError` with what the daemon said.
    """
    context = Path(context)
    if not context.exists():
        raise ValueError(f"There is no directory {context} to build an image from.")
    image_id: str | None = None
    with docker_client() as client:
        progress: Iterable[dict[str, Any]] = client.api.build(  # pyright: ignore[reportUnknownMemberType]
            path=str(context),
            tag=tag,
            dockerfile=dockerfile,
            pull=pull,
            decode=True,
            labels=IMAGE_LABELS,
            platform=platform,
            **kwargs,
        )
        try:
            for event in progress:
                if "stream" in event:
                    _print(event["stream"], stream_progress_to)
                elif "aux" in event:
                    image_id = event["aux"].get("ID", image_id)
                elif "error" in event:
                    raise BuildError(event["error"])
                elif "message" in event:
                    raise BuildError(event["message"])
        except docker.errors.APIError as error:
            raise BuildError(error.explanation) from error
    if image_id is None:
        raise BuildError("The daemon told no id of an image.")
    return image_id


def push_image(
    image_id: str,
    registry_url: str,
    name: str,
    tag: str | None = None,
    stream_progress_to: TextIO | None = None,
) -> str:
    """Give an image a tag (by default the time) and push it to a registry; ``registry/name:tag``.

    Raises `PushError` with what the registry said.
    """
    if not tag:
        tag = slugify(clock.to_iso(clock.system.now_us()))
    registry = urlsplit(registry_url if "://" in registry_url else f"//{registry_url}")
    repository = f"{registry.netloc}{registry.path}".rstrip("/") + f"/{name}"
    client: Any
    with docker_client() as client:
        image = client.images.get(image_id)
        image.tag(repository, tag=tag)
        events: Any = client.api.push(repository, tag=tag, stream=True, decode=True)
        try:
            for event in events:
                if "status" in event:
                    _print(event["status"], stream_progress_to, event.get("progress"))
                elif "error" in event:
                    raise PushError(event["error"])
        finally:
            client.api.remove_image(f"{repository}:{tag}", noprune=True)
    return f"{repository}:{tag}"


def _print(text: str, to: TextIO | None, progress: str | None = None) -> None:
    if to is None:
        return
    to.write(text if progress is None else f"{text} {progress}")
    if progress is not None or not text.endswith("\n"):
        to.write("\n")
    to.flush()
