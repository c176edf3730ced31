"""Building and pushing images by ``docker buildx``, where published packages look for it."""

from prefect._fleet.deploying.buildx import buildx_build_image, buildx_push_image

__all__ = ["buildx_build_image", "buildx_push_image"]
