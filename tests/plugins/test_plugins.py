"""Plugins are loaded when they are enabled and needed, once, and may fail without harm."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.house.processes import python

from prefect import plugins, settings
from prefect.logging.loggers import get_logger
from prefect.plugins import HookContext, SetupResult, register_hook, run_startup_hooks

PLUGIN = """
import os
from prefect.plugins import SetupResult, register_hook

print("imported")

@register_hook
def setup_environment(*, ctx):
    print("called", ctx.api_url)
    return SetupResult(env={"PREFECT_LOGGING_LEVEL": "CRITICAL", "THE_TOKEN": "s3cret"}, note="done")

@register_hook
def set_database_connection_params(connection_url, settings):
    return {"password": connection_url}
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A directory with a distribution that has a plugin."""
    info = tmp_path / "site" / "vault-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vault\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[prefect.plugins]\nvault = vault_plugin\nbad = no_such_module\n")
    (tmp_path / "site" / "vault_plugin.py").write_text(PLUGIN)
    return tmp_path / "site"


@pytest.fixture
def enabled(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.setenv("PREFECT_PLUGINS_ENABLED", "true")
    monkeypatch.setattr(plugins, "_plugins", None)
    settings.refresh()
    before = dict(os.environ)
    yield monkeypatch
    os.environ.clear()
    os.environ.update(before)
    sys.modules.pop("vault_plugin", None)


def context() -> HookContext:
    return HookContext("1", None, get_logger)


def run() -> dict[str, plugins.SetupSummary]:
    return {each.plugin: each for each in asyncio.run(run_startup_hooks(context()))}


def test_nothing_is_loaded_unless_they_are_enabled(installed: Path, tmp_path: Path) -> None:
    run_two = "from prefect import flow\nprint('flow')\nfor name in 'fg':\n    flow(lambda: 1, name=name)()\n"
    for value, expected in (
        ("false", ["flow"]),
        ("true", ["flow", "imported", "called None"]),
    ):
        where = f"sys.path.insert(0, {str(installed)!r})\n"
        enable = f"os.environ['PREFECT_PLUGINS_ENABLED'] = {value!r}\n"
        (tmp_path / value).mkdir()
        done = python("-c", "import os, sys\n" + where + enable + run_two, home=tmp_path / value)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[:-1] == expected
        assert ("Finished in state" in done.stderr) is (
            value == "false"
        )  # the level that the plugin set holds


def test_what_they_do_is_told_without_secrets(enabled: pytest.MonkeyPatch) -> None:
    found = run()
    assert found["vault"].env_preview == {"PREFECT_LOGGING_LEVEL": "CRITICAL", "THE_TOKEN": "********"}
    assert (found["vault"].note, found["vault"].error) == ("done", None)
    assert "no_such_module" in str(found["bad"].error)
    assert os.environ["THE_TOKEN"] == "s3cret"
    assert plugins.database_connection_params("pg://", None) == {"password": "pg://"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("ALLOW", "vault", {"vault"}), ("DENY", "vault", {"bad"}), ("SAFE_MODE", "true", {"bad"})],
)
def test_settings_choose(enabled: pytest.MonkeyPatch, name: str, value: str, expected: set[str]) -> None:
    enabled.setenv(f"PREFECT_PLUGINS_{name}", value)
    settings.refresh()
    assert set(run()) == expected


def test_failures_end_a_strict_process_only(enabled: pytest.MonkeyPatch) -> None:
    class Plugin:
        @register_hook(tryfirst=True)
        def setup_environment(self, *, ctx: Any) -> SetupResult:
            raise ConnectionError("no vault")

        @register_hook(specname="setup_environment")
        async def too_slow(self, *, ctx: Any) -> None:
            await asyncio.Event().wait()

        @register_hook(specname="setup_environment")
        def empty(self, *, ctx: Any) -> SetupResult:
            return SetupResult({}, required=True)

    enabled.setattr(plugins, "_plugins", {"own": Plugin})
    enabled.setenv("PREFECT_PLUGINS_SETUP_TIMEOUT_SECONDS", "0.01")
    settings.refresh()
    errors = [summary.error for summary in asyncio.run(run_startup_hooks(context()))]
    assert errors == ["no vault", "It is required and sets nothing.", "It took longer than 0.01 seconds."]
    enabled.setenv("PREFECT_PLUGINS_STRICT", "true")
    settings.refresh()
    with pytest.raises(SystemExit, match="no vault"):
        run()


def test_wrappers_are_refused() -> None:
    with pytest.raises(TypeError, match="wrappers"):
        register_hook(wrapper=True)
