"""What names and keys may look like."""

from __future__ import annotations

import re

BANNED_CHARACTERS = ["/", "%", "&", ">", "<"]
WITHOUT_BANNED_CHARACTERS = r"^[^" + "".join(BANNED_CHARACTERS) + "]+$"
WITHOUT_BANNED_CHARACTERS_EMPTY_OK = r"^[^" + "".join(BANNED_CHARACTERS) + "]*$"
LOWERCASE_LETTERS_NUMBERS_AND_DASHES_ONLY_REGEX = "^[a-z0-9-]*$"
LOWERCASE_LETTERS_NUMBERS_AND_UNDERSCORES_REGEX = "^[a-z0-9_]*$"
LOWERCASE_LETTERS_NUMBERS_AND_DASHES_OR_UNDERSCORES_REGEX = "^[a-z0-9-_]*$"
URI_REGEX = re.compile("^[a-z0-9]+://")
MAX_VARIABLE_NAME_LENGTH = 255
MAX_ASSET_KEY_LENGTH = 512
RESTRICTED_ASSET_CHARACTERS = [*"\n\r\t\0 #?&%\"'<>[]{}|\\^`"]


def _allow_only(pattern: str, value: str | None, field_name: str, allowed: str) -> None:
    if value is not None and not re.fullmatch(pattern, value):
        raise ValueError(f"{field_name} must only contain lowercase letters, numbers, and {allowed}.")


def raise_on_name_alphanumeric_dashes_only(value: str | None, field_name: str = "value") -> str | None:
    """`value`, or a `ValueError` if it holds anything but lower-case letters, digits and dashes."""
    _allow_only(LOWERCASE_LETTERS_NUMBERS_AND_DASHES_ONLY_REGEX, value, field_name, "dashes")
    return value


def raise_on_name_alphanumeric_underscores_only(value: str | None, field_name: str = "value") -> str | None:
    """The same with underscores instead of dashes."""
    _allow_only(LOWERCASE_LETTERS_NUMBERS_AND_UNDERSCORES_REGEX, value, field_name, "underscores")
    return value


def raise_on_name_alphanumeric_dashes_underscores_only(value: str, field_name: str = "value") -> str:
    """The same with both."""
    pattern = LOWERCASE_LETTERS_NUMBERS_AND_DASHES_OR_UNDERSCORES_REGEX
    _allow_only(pattern, value, field_name, "dashes or underscores")
    return value


def non_emptyish(value: str) -> str:
    """`value`, or a `ValueError` if nothing is left of it without spaces and quotes."""
    if not value.strip("' \""):
        raise ValueError("name cannot be an empty string")
    return value


def validate_uri(value: str) -> str:
    """`value`, or a `ValueError` if it has no scheme."""
    if not URI_REGEX.match(value):
        raise ValueError("Key must be a valid URI, e.g. storage://bucket/folder/asset.csv")
    return value


def validate_valid_asset_key(value: str) -> str:
    """`value`, or a `ValueError` if it cannot be the key of an asset."""
    for character in RESTRICTED_ASSET_CHARACTERS:
        if character in value:
            raise ValueError(f"Asset key cannot contain {character!r}")
    if len(value) > MAX_ASSET_KEY_LENGTH:
        raise ValueError(f"Asset key cannot exceed {MAX_ASSET_KEY_LENGTH} characters")
    return validate_uri(value)
