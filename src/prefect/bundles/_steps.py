"""The commands that carry and execute a bundle, from the steps that a work pool names."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, cast

from prefect._base.version import __version__

Side = Literal["upload", "execution"]


class BundleLauncherOverride(TypedDict, total=False):
    """The programs that run each of the two steps."""

    upload: list[str]
    execution: list[str]


BundleLauncher = list[str] | BundleLauncherOverride
SIDES: tuple[Side, ...] = ("upload", "execution")


class SerializedBundle(TypedDict):
    """A flow with the run that it is for, as text."""

    function: str
    context: str
    flow_run: dict[str, Any]
    dependencies: str
    files_key: NotRequired[str | None]


def normalize_launcher(launcher: BundleLauncher | None) -> BundleLauncher | None:
    """The launcher itself if it is one. Raises `TypeError` or `ValueError`."""
    if launcher is None:
        return None
    if isinstance(launcher, Mapping):
        unknown = set(launcher) - set(SIDES)
        if unknown:
            raise ValueError(f"A launcher has the keys 'upload' and 'execution', not {sorted(unknown)}.")
        for words in launcher.values():
            _check(words)
        return launcher
    _check(launcher)
    return launcher


def _check(words: object) -> None:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in cast("list[Any]", words)):
        raise TypeError("A launcher is a list of words, or a mapping of 'upload' and 'execution' to lists.")
    if not words:
        raise ValueError("A launcher has at least one word: the program.")


def get_launcher_for_side(launcher: BundleLauncher | None, side: Side) -> list[str] | None:
    """The program with its words for one of the two steps; None if the usual one is to be used."""
    checked = normalize_launcher(launcher)
    if checked is None or isinstance(checked, list):
        return checked
    return cast("list[str] | None", checked.get(side))


def resolve_bundle_step_with_launcher(
    step: dict[str, Any], launcher: BundleLauncher | None, side: Side
) -> dict[str, Any]:
    """The step with the launcher, which sees to the packages that the step requires by itself."""
    words = get_launcher_for_side(launcher, side)
    if words is None:
        return step
    name, given = _only(step)
    return {name: {**{key: value for key, value in given.items() if key != "requires"}, "launcher": words}}


def convert_step_to_command(step: dict[str, Any], key: str, quiet: bool = False) -> list[str]:
    """The command that carries out a step for the bundle `key`.

    Without a launcher it is ``uv run`` with the packages that the step requires and this release.
    """
    name, given = _only(step)
    launcher: list[str] | None = given.get("launcher")
    command = _by_uv(given.get("requires"), quiet) if launcher is None else [*launcher]
    command += ["-m", name]
    for option, value in given.items():
        if option not in ("requires", "launcher"):
            command += [f"--{option.replace('_', '-')}", str(value)]
    return [*command, "--key", key]


def _by_uv(requires: str | list[str] | None, quiet: bool) -> list[str]:
    command = ["uv", "run", *(["--quiet"] if quiet else [])]
    if requires:
        packages = [requires] if isinstance(requires, str) else requires
        command += ["--with", ",".join([*packages, f"prefect=={__version__}"])]
    return [*command, "--python", f"{sys.version_info.major}.{sys.version_info.minor}"]


def _only(step: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if len(step) != 1:
        raise ValueError(f"A step is one name with its values, not {len(step)} of them.")
    ((name, given),) = step.items()
    return name, given or {}
