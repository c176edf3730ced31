"""An image of the code of flows: what it is called, how it is built, and how it is pushed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, TextIO

from prefect._base import clock, lazy
from prefect.settings import active
from prefect.utilities.dockerutils import (
    PushError,
    build_image,
    docker_client,
    generate_default_dockerfile,
    parse_image_tag,
    split_repository_path,
)
from prefect.utilities.slugify import slugify

buildx: Any = lazy.module("prefect._fleet.deploying.buildx")

__all__ = [
    "DockerImage",
    "PushError",
    "build_image",
    "docker_client",
    "generate_default_dockerfile",
    "parse_image_tag",
    "split_repository_path",
]


class DockerImage:
    """An image to be built for flows.

    >>> my_flow.deploy("nightly", work_pool_name="docker", image=DockerImage("org/etl", "v1"))

    :param name: its name, maybe with a registry before it and a tag behind it. One without a namespace gets
        that of the setting `deployments.default_docker_build_namespace`
    :param tag: its tag; by default the time of now
    :param dockerfile: by default (``"auto"``) one is made, which installs ``requirements.txt`` and copies the
        working directory
    :param stream_progress_to: where the output of building and pushing goes
    :param build_backend: ``"docker-py"``, or ``"buildx"`` for the command ``docker buildx``
    :param build_kwargs: further options of the build, such as `platform`; `context` is the directory

    Raises `ValueError` for a tag in the name and another one as `tag`.
    """

    def __init__(
        self,
        name: str,
        tag: str | None = None,
        dockerfile: str = "auto",
        stream_progress_to: TextIO | None = sys.stdout,
        build_backend: Literal["docker-py", "buildx"] = "docker-py",
        **build_kwargs: Any,
    ) -> None:
        named, tag_of_name = parse_image_tag(name)
        if tag and tag_of_name:
            raise ValueError(f"The image {name!r} has a tag already; leave out `tag`, which is {tag!r}.")
        if build_backend not in ("docker-py", "buildx"):
            raise ValueError(f"`build_backend` is 'docker-py' or 'buildx', not {build_backend!r}.")
        namespace: str | None = active()["deployments.default_docker_build_namespace"]
        given, repository = split_repository_path(named)
        if given is None and namespace:
            named = f"{namespace.rstrip('/')}/{repository}"
        self.name = named
        self.tag = tag or tag_of_name or slugify(clock.to_iso(clock.system.now_us()))
        self.dockerfile = dockerfile
        self.stream_progress_to = stream_progress_to
        self.build_backend = build_backend
        self.build_kwargs = build_kwargs

    @property
    def reference(self) -> str:
        """``name:tag``."""
        return f"{self.name}:{self.tag}"

    def build(self) -> None:
        """Build it; raises `RuntimeError` without a Docker daemon, `BuildError` if the build fails."""
        options = dict(self.build_kwargs)
        options["context"] = Path(options.get("context") or Path.cwd())
        options["tag"] = self.reference
        options.setdefault("pull", True)
        options.setdefault("stream_progress_to", self.stream_progress_to)
        build = buildx.buildx_build_image if self.build_backend == "buildx" else build_image
        if self.dockerfile == "auto":
            with generate_default_dockerfile(options["context"]):
                build(**options)
        else:
            build(**options, dockerfile=self.dockerfile)

    def push(self) -> None:
        """Push it; raises `RuntimeError` without a Docker daemon, `PushError` with what the registry said."""
        if self.build_backend == "buildx":
            buildx.buildx_push_image(self.name, self.tag, self.stream_progress_to)
            return
        with docker_client() as client:
            told: Any = client.api.push(repository=self.name, tag=self.tag, stream=True, decode=True)
            for event in told:
                if "error" in event:
                    raise PushError(event["error"])
                if "status" in event and self.stream_progress_to is not None:
                    progress = event.get("progress")
                    line = event["status"] if progress is None else f"{event['status']} {progress}"
                    print(line, file=self.stream_progress_to)


DockerImage.__module__ = "prefect.docker.docker_image"
