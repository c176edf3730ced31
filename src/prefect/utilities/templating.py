"""Placeholders in templates of job configurations and deployment steps: ``{{ name }}``."""

from __future__ import annotations

import enum
import os
import re
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from prefect._base import lazy
from prefect.utilities.annotations import NotSet
from prefect.utilities.collections import get_from_dict

clients: Any = lazy.module("prefect.client.orchestration")
loggers: Any = lazy.module("prefect.logging.loggers")

PLACEHOLDER_CAPTURE_REGEX = re.compile(r"({{\s*([\w\.\-\[\]$]+)\s*}})")
BLOCK_DOCUMENT_PLACEHOLDER_PREFIX = "prefect.blocks."
VARIABLE_PLACEHOLDER_PREFIX = "prefect.variables."
ENV_VAR_PLACEHOLDER_PREFIX = "$"

Client = Any  # whatever reads blocks and variables: a PrefectClient


class PlaceholderType(enum.Enum):
    """Where the value of a placeholder comes from."""

    STANDARD = "standard"
    BLOCK_DOCUMENT = "block_document"
    VARIABLE = "variable"
    ENV_VAR = "env_var"


class Placeholder(NamedTuple):
    """A placeholder: as it stands in the template, its name alone, and its type."""

    full_match: str
    name: str
    type: PlaceholderType


_PREFIXES = {
    BLOCK_DOCUMENT_PLACEHOLDER_PREFIX: PlaceholderType.BLOCK_DOCUMENT,
    VARIABLE_PLACEHOLDER_PREFIX: PlaceholderType.VARIABLE,
    ENV_VAR_PLACEHOLDER_PREFIX: PlaceholderType.ENV_VAR,
}


def determine_placeholder_type(name: str) -> PlaceholderType:
    """The type of a placeholder by its name."""
    for prefix, kind in _PREFIXES.items():
        if name.startswith(prefix):
            return kind
    return PlaceholderType.STANDARD


def find_placeholders(template: Any) -> set[Placeholder]:
    """All placeholders in a template: a text, or lists and dictionaries of texts at any depth."""
    if isinstance(template, str):
        return {
            Placeholder(full, name, determine_placeholder_type(name))
            for full, name in PLACEHOLDER_CAPTURE_REGEX.findall(template)
        }
    found: set[Placeholder] = set()
    for item in _items(template):
        found |= find_placeholders(item)
    return found


def _items(template: Any) -> list[Any]:
    if isinstance(template, dict):
        return list(cast(dict[Any, Any], template).values())
    return list(cast(list[Any], template)) if isinstance(template, list) else []


# ------------------------------------------------------------------ given values


def apply_values(
    template: Any,
    values: dict[str, Any],
    remove_notset: bool = True,
    warn_on_notset: bool = False,
    skip_prefixes: list[str] | None = None,
) -> Any:
    """The template with values in the place of its placeholders.

    A text that is one placeholder becomes the value itself, whatever its type; inside a longer text it
    becomes text. ``{{ $NAME }}`` is a variable of the environment. Placeholders of blocks and variables stay.

    Args:
        template: a text, a number, or lists and dictionaries of them.
        values: by name; a name with dots goes down into dictionaries.
        remove_notset: leave out what has no value, with its key or list item; else the placeholder stays.
        warn_on_notset: log a warning for each name without a value.
        skip_prefixes: names that begin like this stay as they are.
    """
    if template is NotSet or template is None or isinstance(template, (int, float, bool)):
        return template
    if isinstance(template, str):
        return _fill_text(template, values, remove_notset, warn_on_notset, skip_prefixes or [])

    def fill(item: Any) -> Any:
        return apply_values(item, values, remove_notset, warn_on_notset, skip_prefixes)

    if isinstance(template, dict):
        filled = {key: fill(item) for key, item in cast(dict[Any, Any], template).items()}
        return {key: item for key, item in filled.items() if item is not NotSet or not remove_notset}
    if isinstance(template, list):
        made = [fill(item) for item in cast(list[Any], template)]
        return [item for item in made if item is not NotSet or not remove_notset]
    raise ValueError(f"Unexpected template type {type(template).__name__!r}")


def _fill_text(template: str, values: dict[str, Any], remove: bool, warn: bool, skip: list[str]) -> Any:
    placeholders = [p for p in find_placeholders(template) if not p.name.startswith(tuple(skip))]
    if len(placeholders) == 1 and placeholders[0].full_match == template:
        placeholder = placeholders[0]
        if placeholder.type is PlaceholderType.STANDARD:
            value = get_from_dict(values, placeholder.name, NotSet)
            return template if value is NotSet and not _note(placeholder, remove, warn) else value
        if placeholder.type is PlaceholderType.ENV_VAR:
            value = os.environ.get(placeholder.name[1:], NotSet)
            return template if value is NotSet and not _note(placeholder, remove, warn) else value
        return template
    for placeholder in placeholders:
        if placeholder.type is PlaceholderType.STANDARD:
            value = get_from_dict(values, placeholder.name, NotSet)
        elif placeholder.type is PlaceholderType.ENV_VAR:
            value = os.environ.get(placeholder.name[1:], NotSet)
        else:
            continue
        if value is not NotSet:
            template = template.replace(placeholder.full_match, str(value))
        elif _note(placeholder, remove, warn):
            template = template.replace(placeholder.full_match, "")
    return template


def _note(placeholder: Placeholder, remove: bool, warn: bool) -> bool:
    """A placeholder has no value: say so if that is wanted, and whether it is to be taken out."""
    if warn:
        loggers.get_logger(__name__).warning(
            "Value for placeholder %r not found in provided values. Check how the placeholder is spelled, or "
            "provide a value for it.",
            placeholder.name,
        )
    return remove


# ------------------------------------------------------------------ blocks and variables


async def resolve_block_document_references(
    template: Any, client: Client = None, value_transformer: Callable[[str, Any], Any] | None = None
) -> Any:
    """The template with what blocks hold in the place of references to them.

    A reference is ``{{ prefect.blocks.<type slug>.<name> }}``, with a path into the block's data if wanted,
    or a dictionary ``{"$ref": {"block_document_id": ...}}``. `value_transformer` is given each reference and
    its value, and what it returns is put in. Raises `ValueError` for a reference that leads nowhere.
    """
    if client is None:
        async with clients.get_client() as opened:
            return await _Blocks(opened, value_transformer).fill(template)
    return await _Blocks(client, value_transformer).fill(template)


class _Blocks:
    def __init__(self, client: Client, transform: Callable[[str, Any], Any] | None) -> None:
        self.client = client
        self.transform = transform

    async def fill(self, template: Any) -> Any:
        if isinstance(template, str):
            return await self._fill_text(template)
        if isinstance(template, list):
            return [await self.fill(item) for item in cast(list[Any], template)]
        if isinstance(template, dict):
            items = cast(dict[Any, Any], template)
            reference = items.get("$ref")
            document_id = (
                cast(dict[str, Any], reference).get("block_document_id")
                if isinstance(reference, dict)
                else None
            )
            if document_id:
                return (await self.client.read_block_document(document_id)).data
            return {key: await self.fill(item) for key, item in items.items()}
        return template

    async def _fill_text(self, template: str) -> Any:
        blocks = [p for p in find_placeholders(template) if p.type is PlaceholderType.BLOCK_DOCUMENT]
        if len(blocks) == 1 and blocks[0].full_match == template:
            return await self._value(blocks[0], template)
        result = template
        for placeholder in blocks:
            value = await self._value(placeholder, template)
            if isinstance(value, (dict, list)):
                kind = type(cast(object, value)).__name__
                raise ValueError(
                    f"Invalid template: {template!r}. Placeholder {placeholder.full_match!r} stands "
                    f"for a {kind}, which cannot become part of a text. Name one of its values, like '.url'."
                )
            result = result.replace(placeholder.full_match, str(value))
        return result

    async def _value(self, placeholder: Placeholder, template: str) -> Any:
        parts = placeholder.name.removeprefix(BLOCK_DOCUMENT_PLACEHOLDER_PREFIX).split(".", 2)
        if len(parts) < 2:
            raise ValueError(
                f"Invalid block placeholder format: {placeholder.name!r}. Expected format: "
                "prefect.blocks.<block-type-slug>.<block-document-name>"
            )
        slug, name, *path = parts
        document = await self.client.read_block_document_by_name(name=name, block_type_slug=slug)
        value: Any = document.data
        if path:
            value = _follow(value, path[0], template, placeholder)
        elif set(value) == {"value"}:  # a block that holds just one value stands for it
            value = value["value"]
        return self.transform(placeholder.full_match, value) if self.transform else value


def _follow(data: Any, path: str, template: str, placeholder: Placeholder) -> Any:
    found = get_from_dict(data, path, NotSet)
    if found is NotSet and set(data) == {"value"} and isinstance(data["value"], dict):
        found = get_from_dict(cast(dict[str, Any], data["value"]), path, NotSet)
    if found is NotSet:
        raise ValueError(
            f"Invalid template: {template!r}. Could not resolve the keypath in the block document data: "
            f"{placeholder.full_match}."
        )
    return found


async def resolve_variables(template: Any, client: Client = None) -> Any:
    """The template with the values of variables in the place of ``{{ prefect.variables.<name> }}``.

    A variable that does not exist gives an empty text.
    """
    if client is None:
        async with clients.get_client() as opened:
            return await _fill_variables(template, opened)
    return await _fill_variables(template, client)


async def _fill_variables(template: Any, client: Client) -> Any:
    if isinstance(template, list):
        return [await _fill_variables(item, client) for item in cast(list[Any], template)]
    if isinstance(template, dict):
        items = cast(dict[Any, Any], template)
        return {key: await _fill_variables(item, client) for key, item in items.items()}
    if not isinstance(template, str):
        return template
    for placeholder in find_placeholders(template):
        if placeholder.type is not PlaceholderType.VARIABLE:
            continue
        name = placeholder.name.removeprefix(VARIABLE_PLACEHOLDER_PREFIX)
        variable = await client.read_variable_by_name(name=name)
        value = "" if variable is None else variable.value
        if placeholder.full_match == template:
            return value
        template = template.replace(placeholder.full_match, "" if value is None else str(value))
    return template
