"""Types of fields for blocks."""

from prefect.types import SecretDict

__all__ = ["SecretDict"]
