"""The names and signatures that users and packages rely on are there, but for a short list of absences."""

from __future__ import annotations

import importlib
import inspect
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.house.absences import ABSENT, OTHERWISE

MODULES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "public_names.json").read_text())

KINDS = {
    "any": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "pos": inspect.Parameter.POSITIONAL_ONLY,
    "kw": inspect.Parameter.KEYWORD_ONLY,
    "*": inspect.Parameter.VAR_POSITIONAL,
    "**": inspect.Parameter.VAR_KEYWORD,
}


@cache
def load(module: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(module)


def is_absent(module: str, name: str) -> bool:
    """Whether a name of a module is not expected."""
    names = ABSENT.get(module, ("", ""))[1]
    if not name.isidentifier():  # a parametrized type, which no program can name
        return True
    return names == "*" or name in names.split()


def is_otherwise(path: str) -> bool:
    """Whether a function or method may differ, by itself or with all of its module."""
    return any(f"{path}.".startswith(f"{group}.") for group in OTHERWISE)


PRESENT = [module for module in MODULES if ABSENT.get(module, ("", ""))[1] != "*"]


@pytest.mark.parametrize("module", PRESENT)
def test_module(module: str) -> None:
    missing = [n for n in MODULES[module] if not is_absent(module, n) and not hasattr(load(module), n)]
    assert missing == []


def test_what_is_absent_is_not_there() -> None:
    there: list[str] = []
    for module, (_, names) in ABSENT.items():
        if names == "*":
            there += [module] if is_there(module) else []
        else:
            there += [f"{module}.{name}" for name in names.split() if hasattr(load(module), name)]
    assert there == [], "These are there now: take them out of tests/house/absences.py"


def is_there(module: str) -> bool:
    try:
        load(module)
    except ImportError:
        return False
    return True


def accepts(found: inspect.Signature, expected: list[list[Any]], *, is_method: bool) -> str | None:
    """Why calls that fit the expected parameters do not fit the signature; None if they do."""
    parameters = list(found.parameters.values())
    by_name = {each.name: each for each in parameters}
    takes_any = any(each.kind is each.VAR_KEYWORD for each in parameters)
    takes_more = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    if is_method and parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for index, (name, kind, *default) in enumerate(expected):
        wanted = KINDS[kind]
        if wanted is inspect.Parameter.VAR_POSITIONAL:
            if not takes_more:
                return f"no *{name}"
        elif wanted is inspect.Parameter.VAR_KEYWORD:
            if not takes_any:
                return f"no **{name}"
        elif wanted is inspect.Parameter.POSITIONAL_ONLY:
            if index >= len(positional) and not takes_more:
                return f"no parameter {name}"
        else:
            own = by_name.get(name)
            if own is None:
                if takes_any and (takes_more or wanted is inspect.Parameter.KEYWORD_ONLY):
                    continue
                return f"no parameter {name}"
            is_elsewhere = index >= len(positional) or positional[index].name != name
            if wanted is inspect.Parameter.POSITIONAL_OR_KEYWORD and not takes_more and is_elsewhere:
                return f"{name} is not at position {index}"
            if default and own.default is own.empty and own.kind is not own.VAR_KEYWORD:
                return f"{name} has no default"
    required = {
        p.name
        for p in parameters
        if p.default is p.empty and p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)
    }
    known = {name for name, *_ in expected}
    extra = required - known
    return f"{', '.join(sorted(extra))} is required" if extra else None


def wrong_functions(module: str) -> dict[str, str]:
    """The functions and classes of a module that cannot be called as they should, each with the reason."""
    wrong: dict[str, str] = {}
    for name, fact in MODULES[module].items():
        if "params" not in fact or is_absent(module, name) or is_otherwise(f"{module}.{name}"):
            continue
        found = inspect.signature(getattr(load(module), name))
        reason = accepts(found, fact["params"], is_method=False)
        if reason is not None:
            wrong[name] = reason
    return wrong


def wrong_methods(module: str) -> dict[str, str]:
    """The methods of a module's classes that are not there, or cannot be called as they should."""
    wrong: dict[str, str] = {}
    for owner, fact in MODULES[module].items():
        if is_absent(module, owner):
            continue
        for name, method in fact.get("methods", {}).items():
            if is_otherwise(f"{module}.{owner}.{name}"):
                continue
            found = getattr(getattr(load(module), owner), name, None)
            if found is None:
                wrong[f"{owner}.{name}"] = "is not there"
            elif "params" in method and callable(found):
                reason = accepts(inspect.signature(found), method["params"], is_method=True)
                if reason is not None:
                    wrong[f"{owner}.{name}"] = reason
    return wrong


@pytest.mark.parametrize("module", PRESENT)
def test_functions_and_methods_take_what_they_should(module: str) -> None:
    assert wrong_functions(module) == {}
    assert wrong_methods(module) == {}
