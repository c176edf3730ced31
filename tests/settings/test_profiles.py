"""The file of profiles: loading, changing, and writing it without losing anything."""

from __future__ import annotations

import multiprocessing
import stat
import tomllib
from pathlib import Path

import pytest

from prefect.settings import (
    DEFAULT_PROFILES_PATH,
    PREFECT_API_KEY,
    PREFECT_API_URL,
    Profile,
    ProfilesCollection,
    current,
    load_current_profile,
    load_profile,
    load_profiles,
    packaged,
    save_profiles,
    temporary_settings,
    update_current_profile,
)
from prefect.settings.errors import InvalidSettings
from prefect.settings.profiles import editing


@pytest.fixture
def file(home: Path) -> Path:
    return home / "profiles.toml"


def test_the_packaged_file_says_what_the_module_says() -> None:
    content = tomllib.loads(DEFAULT_PROFILES_PATH.read_text())
    assert content == {"active": packaged.DEFAULT, "profiles": dict(packaged.PROFILES)}


def test_without_a_file() -> None:
    found = load_profiles()
    assert found.names == {"ephemeral", "local", "test", "cloud"}
    assert found.active_name == "ephemeral"
    assert load_profiles(include_defaults=False).names == set()
    assert load_profile("local").settings == {PREFECT_API_URL: "http://127.0.0.1:4200/api"}
    with pytest.raises(ValueError, match="'nope' not found"):
        load_profile("nope")


def test_updating_the_current_profile(file: Path) -> None:
    update_current_profile({"PREFECT_API_KEY": "k", "PREFECT_TASK_DEFAULT_RETRIES": 2})
    assert tomllib.loads(file.read_text()) == {
        "active": "ephemeral",
        "profiles": {
            "ephemeral": {
                "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
                "PREFECT_API_KEY": "k",
                "PREFECT_TASKS_DEFAULT_RETRIES": "2",
            }
        },
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    update_current_profile({PREFECT_API_KEY: None})
    assert "PREFECT_API_KEY" not in file.read_text()
    assert [path.name for path in file.parent.iterdir() if ".toml." in path.name] == [".profiles.toml.lock"]


@pytest.mark.parametrize("settings", [{"PREFECT_NOPE": "1"}, {"PREFECT_TASKS_DEFAULT_RETRIES": "x"}])
def test_nothing_is_written_when_something_is_wrong(settings: dict[str, str], file: Path) -> None:
    with pytest.raises(InvalidSettings):
        update_current_profile(settings)
    assert not file.exists()


def test_a_damaged_file_is_not_overwritten(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[profiles.mine\nPREFECT_API_KEY = 'precious'\n")
    with pytest.raises(InvalidSettings, match="not valid TOML"):
        update_current_profile({"PREFECT_API_URL": "http://x"})
    assert "precious" in file.read_text()
    assert "ignored" in capsys.readouterr().err


def test_what_belongs_to_others_is_kept(file: Path) -> None:
    file.write_text('[profiles.ephemeral]\nPREFECT_INTEGRATIONS_X_A = "1"\n[profiles.other]\nANY = 3\n')
    update_current_profile({"PREFECT_API_URL": "http://x"})
    profiles = tomllib.loads(file.read_text())["profiles"]
    assert profiles["ephemeral"]["PREFECT_INTEGRATIONS_X_A"] == "1"
    assert profiles["other"] == {"ANY": "3"}


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "real.toml"
    target.write_text("")
    file.symlink_to(target)
    update_current_profile({"PREFECT_API_URL": "http://x"})
    assert file.is_symlink()
    assert "http://x" in target.read_text()


def test_the_current_profile_shows_what_scopes_changed() -> None:
    with temporary_settings({PREFECT_API_URL: "http://x"}):
        assert load_current_profile().settings[PREFECT_API_URL] == "http://x"
    assert PREFECT_API_URL not in load_current_profile().settings


def test_collections(file: Path) -> None:
    found = ProfilesCollection([Profile("a", {"PREFECT_API_URL": "http://a"})], active="a")
    assert found.active_profile == found["a"]
    found.add_profile(Profile("b"))
    with pytest.raises(ValueError, match="already"):
        found.add_profile(Profile("b"))
    with pytest.raises(ValueError, match="not found"):
        found.set_active("c")
    found.set_active("c", check=False)
    assert found.active_profile is None
    found.update_profile("b", {PREFECT_API_KEY: "k"})
    found.remove_profile("a")
    assert list(found) == ["b"]
    assert found.to_dict() == {"active": "c", "profiles": {"b": {"PREFECT_API_KEY": "k"}}}
    assert "'k'" not in repr(found)
    save_profiles(found)
    assert load_profiles(include_defaults=False) == found


def test_validating_a_profile() -> None:
    with pytest.raises(InvalidSettings, match="profile 'p'"):
        Profile("p", {"PREFECT_SERVER_API_PORT": "x"}).validate_settings()
    Profile("p", {"PREFECT_SERVER_API_PORT": "1"}).validate_settings()


def _add(name: str) -> None:
    current.forget()
    with editing() as profiles:
        profiles.add_profile(Profile(name, {"PREFECT_API_URL": f"http://{name}"}))


def test_editors_do_not_overwrite_each_other(file: Path) -> None:
    workers = [multiprocessing.get_context("fork").Process(target=_add, args=(f"p{i}",)) for i in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(tomllib.loads(file.read_text())["profiles"]) == {f"p{i}" for i in range(6)}
