"""Blocks of the most general kind."""

from __future__ import annotations

import json
import warnings
from abc import ABC
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import Field, JsonValue, SecretStr, field_validator
from pydantic import Secret as PydanticSecret

from prefect.blocks.core import Block

__all__ = ["DateTime", "JSON", "Secret", "String"]

_SecretValue = Annotated[str, Field(title="string")] | Annotated[JsonValue, Field(title="JSON")]
T = TypeVar("T", bound=_SecretValue)  # pyright: ignore[reportInvalidTypeForm]


class Secret(Block, Generic[T]):
    """
    A block that represents a secret value. The value stored in this block will be obfuscated when this block is viewed or edited in the UI.

    Attributes:
        value: A value that should be kept secret.

    Example:
        ```python
        from prefect.blocks.system import Secret

        Secret(value="sk-1234567890").save("BLOCK_NAME", overwrite=True)

        secret_block = Secret.load("BLOCK_NAME")

        # Access the stored secret
        secret_block.get()
        ```
    """  # noqa: E501 - the text is part of the type's schema

    _logo_url = "https://raw.githubusercontent.com/PrefectHQ/prefect/420d0d6a78bb6df1fc18bcf188fdad43c1d22ea9/assets/block-logos/secret.png"
    _documentation_url = "https://docs.prefect.io/latest/develop/blocks"

    value: SecretStr | PydanticSecret[T] = Field(
        default=...,
        description="A value that should be kept secret.",
        examples=["sk-1234567890", {"username": "johndoe", "password": "s3cr3t"}],
        json_schema_extra={"writeOnly": True, "format": "password"},
    )

    @field_validator("value", mode="before")
    @classmethod
    def validate_value(cls, value: Any) -> Any:
        """Hide the value, if it is not hidden already."""
        if isinstance(value, (SecretStr, PydanticSecret)):
            return cast("Any", value)
        return cast("Any", PydanticSecret[type(value)](value))

    def get(self) -> Any:
        """The value.

        A text that is a JSON object or array comes back as a dictionary or list; any other text, that of a
        number included, as it is.
        """
        value: Any = self.value.get_secret_value()
        if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
            try:
                return json.loads(value)
            except json.JSONDecodeError:
                return value
        return value


class _Plain(Block, ABC):
    """A plain value under a name; variables hold such values now."""

    def block_initialization(self) -> None:
        warnings.warn(
            f"The block {type(self).__name__} is deprecated: keep plain values in variables, see"
            " `prefect.variables.Variable`.",
            DeprecationWarning,
            stacklevel=4,
        )


class JSON(_Plain):
    """Any JSON value.

    Attributes:
        value: The value.
    """

    value: Any = Field(default=..., description="Any JSON value.")


class String(_Plain):
    """A text.

    Attributes:
        value: The text.
    """

    value: str = Field(default=..., description="A text.")


class DateTime(_Plain):
    """An instant.

    Attributes:
        value: The instant.
    """

    _block_type_name = "Date Time"

    value: datetime = Field(default=..., description="An instant.")
