"""The table of settings is the one that programs rely on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect.settings import active, computed, get_current_settings, house, legacy
from prefect.settings.catalog import ENTRIES, PATHS_BY_ENV

FACTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "contract.json").read_text())
BY_NAME = {fact["setting"]: fact for fact in FACTS}


def test_same_settings_and_names() -> None:
    assert set(ENTRIES) == set(BY_NAME)
    names = {name for fact in FACTS for name in (fact["env"], *fact.get("aliases", ()))}
    assert set(PATHS_BY_ENV) == names
    for path, fact in BY_NAME.items():
        assert ENTRIES[path].envs == (fact["env"], *fact.get("aliases", ()))
        assert ENTRIES[path].is_secret == fact.get("secret", False)


def _expected(default: Any, home: Path) -> Any:
    if isinstance(default, str):
        return default.replace("$PREFECT_HOME", str(home))
    if isinstance(default, dict) and set(default) == {"seconds"}:
        return timedelta(seconds=default["seconds"])
    if isinstance(default, dict):
        return {key: _expected(value, home) for key, value in default.items()}
    return default


@pytest.mark.parametrize("path", sorted(BY_NAME))
def test_defaults(path: str, home: Path) -> None:
    value = active()[path]
    value = str(value) if isinstance(value, Path) else sorted(value) if isinstance(value, set) else value
    assert value == _expected(BY_NAME[path]["default"], home)


def test_the_model_has_every_setting_with_the_same_value() -> None:
    settings = get_current_settings()
    assert house.plain(settings) == dict(active())
    assert type(settings).model_validate(settings.model_dump(exclude_unset=True)).api == settings.api


def test_limits() -> None:
    words = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    for path, fact in BY_NAME.items():
        bounds = fact.get("constraints", {})
        limits = " ".join(
            f"{words[word]}{limit['seconds'] if isinstance(limit, dict) else limit:g}"
            for word, limit in bounds.items()
        )
        if not ENTRIES[path].kind.startswith("choice"):
            assert (ENTRIES[path].limits or "") == limits, path


def test_every_name_is_an_object() -> None:
    for name, path in PATHS_BY_ENV.items():
        assert legacy.setting(name).value() == active()[path]


def test_cloud_is_known_by_its_address() -> None:
    values = {"api.url": "https://cloud/api/accounts/1", "cloud.api_url": "https://cloud/api"}
    assert computed.connected_to_cloud(values)
    assert not computed.connected_to_cloud({**values, "api.url": None})
