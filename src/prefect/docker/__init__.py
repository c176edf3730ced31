"""Images that runs are executed in."""

from prefect.docker.docker_image import DockerImage

__all__ = ["DockerImage"]
