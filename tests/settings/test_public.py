"""What programs use: setting objects, scopes, models, and settings of integrations."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

import prefect.settings
from prefect.settings import Settings, active, current, get_current_settings, house, temporary_settings
from prefect.settings.base import PrefectBaseSettings, build_settings_config
from prefect.settings.context import (
    SettingsContext,
    get_settings_context,
    refresh_global_settings_context,
    root_settings_context,
    use_profile,
)
from prefect.settings.errors import InvalidSettings
from prefect.settings.models.tasks import TasksSettings
from prefect.settings.profiles import MissingProfileError

RETRIES = prefect.settings.PREFECT_TASKS_DEFAULT_RETRIES
API_URL = prefect.settings.PREFECT_API_URL
API_KEY = prefect.settings.PREFECT_API_KEY


def test_setting_objects() -> None:
    assert (API_URL.name, API_URL.value(), API_URL.default(), API_URL.is_secret) == (
        "PREFECT_API_URL",
        None,
        None,
        False,
    )
    assert not API_URL
    assert str(API_URL) == "None"
    with temporary_settings({API_URL: "http://x", API_KEY: "k"}) as settings:
        assert API_URL == "http://x"
        assert API_URL != "http://y"
        assert API_KEY.value() == "k"
        assert API_KEY.is_secret
        assert API_KEY.value_from(settings) == "k"
        assert settings.api.key == SecretStr("k")
    older = prefect.settings.PREFECT_TASK_DEFAULT_RETRIES
    assert older == RETRIES
    assert hash(older) == hash(RETRIES)
    assert older.name == "PREFECT_TASK_DEFAULT_RETRIES"
    assert pickle.loads(pickle.dumps(RETRIES)) is RETRIES


def test_an_unknown_name_has_a_suggestion() -> None:
    with pytest.raises(AttributeError, match="PREFECT_API_URL"):
        _ = prefect.settings.PREFECT_API_ULR
    with (
        pytest.raises(InvalidSettings, match=r"tasks\.default_retries"),
        temporary_settings({"tasks.default_retrys": 1}),
    ):
        pass


def test_scopes() -> None:
    with temporary_settings({RETRIES: "3"}):
        with temporary_settings(restore_defaults={RETRIES}):
            assert RETRIES.value() == 0
        with temporary_settings(set_defaults={RETRIES: 9, API_URL: "http://d"}):
            assert RETRIES.value() == 3
            assert active()["ui_url"] == "http://d"
            with temporary_settings(restore_defaults={RETRIES}):
                assert RETRIES.value() == 9
        with temporary_settings({RETRIES: 4}, restore_defaults={RETRIES}):
            assert RETRIES.value() == 4
        assert get_current_settings().tasks.default_retries == 3
    assert RETRIES.value() == 0
    with pytest.raises(InvalidSettings, match="given in the program"), temporary_settings({RETRIES: "x"}):
        pass


def test_a_scope_belongs_to_its_thread() -> None:
    seen: list[int] = []
    with temporary_settings({RETRIES: 3}):
        thread = threading.Thread(target=lambda: seen.append(active()["tasks.default_retries"]))
        thread.start()
        thread.join()
    assert seen == [0]


def test_values_cannot_be_changed_in_passing() -> None:
    with pytest.raises(TypeError):
        active()["home"] = "x"  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        get_current_settings().api.url = "x"
    active()["client.custom_headers"]["a"] = "b"
    assert resolve_again()["client.custom_headers"] == {}


def resolve_again() -> dict[str, object]:
    refresh_global_settings_context()
    return dict(active())


def test_the_environment_is_read_again_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    assert RETRIES.value() == 0
    monkeypatch.setenv("PREFECT_TASKS_DEFAULT_RETRIES", "2")
    assert RETRIES.value() == 0
    refresh_global_settings_context()
    assert RETRIES.value() == 2


def test_models_read_all_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("prefect.toml").write_text(
        "[tasks]\ndefault_retries = 2\n[tasks.runner]\nthread_pool_max_workers = 3\n"
    )
    monkeypatch.setenv("PREFECT_API_KEY", "k")
    settings = Settings()
    assert (settings.tasks.default_retries, settings.tasks.runner.thread_pool_max_workers) == (2, 3)
    assert settings.api.key == SecretStr("k")
    assert TasksSettings(default_retries=5).default_retries == 5
    assert Settings(tasks={"default_retries": 6}).tasks.default_retries == 6
    assert house.plain(settings) == dict(active())


def test_settings_as_environment_variables(home: Path) -> None:
    with temporary_settings({RETRIES: 2, API_KEY: "k", "client.retry_extra_codes": {500, 429}}) as settings:
        found = settings.to_environment_variables(exclude_unset=True)
        assert found == {
            "PREFECT_HOME": str(home),
            "PREFECT_API_KEY": "k",
            "PREFECT_TASKS_DEFAULT_RETRIES": "2",
            "PREFECT_CLIENT_RETRY_EXTRA_CODES": "429,500",
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "True",
        }
        assert "PREFECT_API_KEY" not in settings.to_environment_variables(include_secrets=False)
        aliases = settings.to_environment_variables(exclude_unset=True, include_aliases=True)
        assert aliases["PREFECT_TASK_DEFAULT_RETRIES"] == "2"
        everything = settings.to_environment_variables()
        assert everything["PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS"] == "PT15S"
    fresh = current.resolve.read(everything)
    assert dict(fresh.values) == dict(current.resolve.read(found).values)


def test_copies_and_old_spellings() -> None:
    settings = get_current_settings()
    copy = settings.copy_with_update({API_URL: "http://z/api"})
    assert (copy.api.url, copy.ui_url, settings.api.url) == ("http://z/api", "http://z", None)
    assert copy.hash_key() != settings.hash_key()
    assert settings.copy_with_update().hash_key() == settings.hash_key()
    with pytest.warns(DeprecationWarning, match=r"settings\.api\.url"):
        assert settings.PREFECT_API_URL is None
    with pytest.raises(AttributeError):
        _ = settings.nope


def test_profiles_for_a_while(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "profiles.toml").write_text('[profiles.p]\nPREFECT_API_URL = "http://p"\n')
    with temporary_settings({RETRIES: 3}):
        with use_profile("p") as context:
            assert (API_URL.value(), RETRIES.value(), context.profile.name) == ("http://p", 3, "p")
            assert get_settings_context().settings.api.url == "http://p"
            assert root_settings_context().settings.api.url is None
        with use_profile("p", include_current_context=False):
            assert RETRIES.value() == 0
    monkeypatch.setenv("PREFECT_API_URL", "http://env")
    with use_profile("p"):
        assert API_URL.value() == "http://env"
    with use_profile("p", override_environment_variables=True):
        assert API_URL.value() == "http://p"
    with pytest.raises(MissingProfileError), use_profile("nope"):
        pass


def test_a_context_is_entered_once() -> None:
    context = SettingsContext.get()
    with context, pytest.raises(RuntimeError, match="already entered"):
        context.__enter__()


class _Integration(PrefectBaseSettings):
    model_config = build_settings_config(("integrations", "x"))

    a: int = 1
    b: str | None = None
    c: SecretStr | None = None


def test_settings_of_integrations(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "profiles.toml").write_text(
        '[profiles.ephemeral]\nPREFECT_INTEGRATIONS_X_A = "1"\nPREFECT_INTEGRATIONS_X_C = "s"\n'
    )
    Path("pyproject.toml").write_text("[tool.prefect.integrations.x]\na = 2\nb = 'p'\nother = 1\n")
    assert (_Integration().a, _Integration().b) == (2, "p")
    Path("prefect.toml").write_text("[integrations.x]\na = 3\n")
    assert _Integration().a == 3
    Path(".env").write_text("PREFECT_INTEGRATIONS_X_A=4\n")
    assert _Integration().a == 4
    monkeypatch.setenv("PREFECT_INTEGRATIONS_X_A", "5")
    found = _Integration()
    assert (found.a, _Integration(a=6).a) == (5, 6)
    assert found.to_environment_variables() == {
        "PREFECT_INTEGRATIONS_X_A": "5",
        "PREFECT_INTEGRATIONS_X_B": "p",
        "PREFECT_INTEGRATIONS_X_C": "s",
    }


def test_plain_settings_import_nothing_heavy() -> None:
    program = (
        "import sys, prefect.settings as s; s.active(); s.PREFECT_API_URL.value();"
        "heavy = {'pydantic', 'pydantic_settings', 'yaml', 'httpx', 'tomllib', 'asyncio'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ.copy(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
