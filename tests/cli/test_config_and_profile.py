"""``prefect config`` and ``prefect profile``."""

from __future__ import annotations

import http.server
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., "tuple[int, str, str]"]


def _profiles(home: Path) -> str:
    return (home / "profiles.toml").read_text()


def test_set_view_unset(prefect: Run, home: Path) -> None:
    code, out, err = prefect("config", "set", "PREFECT_TASK_DEFAULT_RETRIES=2", "PREFECT_API_KEY=hush")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Set 'PREFECT_TASK_DEFAULT_RETRIES' to '2'.",
        "Set 'PREFECT_API_KEY' to '********'.",
        "Updated profile 'ephemeral'.",
    ]
    assert 'PREFECT_TASKS_DEFAULT_RETRIES = "2"' in _profiles(home)
    code, out, _ = prefect("config", "view")
    assert code == 0
    assert out.splitlines() == [
        "PREFECT_PROFILE='ephemeral'",
        "PREFECT_API_KEY='********' (from profile)",
        f"PREFECT_HOME='{home}' (from env)",
        "PREFECT_SERVER_EPHEMERAL_ENABLED='true' (from profile)",
        "PREFECT_TASKS_DEFAULT_RETRIES='2' (from profile)",
    ]
    assert "PREFECT_API_KEY='hush'\n" in prefect("config", "view", "--show-secrets", "--hide-sources")[1]
    assert prefect("config", "unset", "PREFECT_API_KEY", "-y") == (
        0,
        "Unset 'PREFECT_API_KEY'.\nUpdated profile 'ephemeral'.\n",
        "",
    )
    assert "API_KEY" not in _profiles(home)


def test_view_as_json(prefect: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://h/api")
    Path("prefect.toml").write_text("[tasks]\ndefault_retries = 2\n")
    found = prefect("config", "view", "-o", "json").json  # type: ignore[attr-defined]
    assert found == {
        "profile": "ephemeral",
        "settings": [
            {"name": "PREFECT_API_URL", "value": "http://h/api", "source": "env"},
            {"name": "PREFECT_HOME", "value": str(home), "source": "env"},
            {"name": "PREFECT_SERVER_EPHEMERAL_ENABLED", "value": "true", "source": "profile"},
            {"name": "PREFECT_TASKS_DEFAULT_RETRIES", "value": "2", "source": "prefect.toml"},
        ],
        "ui_url": "http://h",
    }
    every = prefect("config", "view", "--show-defaults", "--output", "json").json  # type: ignore[attr-defined]
    assert len(every["settings"]) == 226
    assert {"name": "PREFECT_API_REQUEST_TIMEOUT", "value": "60.0", "source": "defaults"} in every["settings"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["config", "view", "-o", "yaml"], "Only 'json'"),
        (["config", "set", "PREFECT_API_ULR=x"], "Unknown setting name 'PREFECT_API_ULR'. Did you mean"),
        (["config", "set", "API_URL=x"], "Did you mean 'PREFECT_API_URL'?"),
        (["config", "set", "PREFECT_API_URL"], "not of the form NAME=VALUE"),
        (["config", "set", "PREFECT_HOME=/x"], "environment variable instead"),
        (["config", "set", "PREFECT_TASKS_DEFAULT_RETRIES=a"], "expected a whole number, at least 0"),
        (["config", "unset", "PREFECT_NOPE"], "Unknown setting name"),
        (["config", "unset", "PREFECT_API_URL"], "is not set in profile 'ephemeral'"),
        (["profile", "inspect", "nope"], "Profile 'nope' not found"),
        (["profile", "use", "nope"], "Profile 'nope' not found"),
        (["profile", "create", "a", "--from", "nope"], "Profile 'nope' not found"),
        (["profile", "delete", "nope"], "Profile 'nope' not found"),
        (["profile", "delete", "ephemeral"], "is active"),
        (["profile", "delete", "local"], "built in"),
        (["profile", "rename", "nope", "b"], "Profile 'nope' not found"),
        (["profile", "rename", "local", "cloud"], "already exists"),
    ],
)
def test_refusals_change_nothing(words: list[str], said: str, prefect: Run, home: Path) -> None:
    code, out, err = prefect(*words)
    assert (code, err) == (1, "")
    assert said in out
    assert not (home / "profiles.toml").exists()


def test_an_environment_that_wins_is_told(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://x")
    assert (
        "The environment sets PREFECT_API_URL too" in prefect("config", "set", "PREFECT_API_URL=http://y")[1]
    )


def test_a_bad_profile_can_be_repaired_with_the_command(prefect: Run, home: Path) -> None:
    (home / "profiles.toml").write_text('[profiles.ephemeral]\nPREFECT_TASKS_DEFAULT_RETRIES = "x"\n')
    code, out, _ = prefect("config", "validate")
    assert code == 1
    assert f"{home / 'profiles.toml'}, line 2" in out
    assert prefect("config", "set", "PREFECT_TASKS_DEFAULT_RETRIES=1")[0] == 0
    assert prefect("config", "validate") == (0, "Configuration valid!\n", "")


def test_validate_finds_unknown_names(prefect: Run, home: Path) -> None:
    (home / "profiles.toml").write_text(
        '[profiles.ephemeral]\nPREFECT_API_ULR = "x"\nPREFECT_INTEGRATIONS_AWS_X = "1"\n'
    )
    code, out, _ = prefect("config", "validate")
    assert code == 1
    assert "'PREFECT_API_ULR'. Did you mean" in out
    assert "AWS" not in out


def test_profiles_come_and_go(prefect: Run, home: Path) -> None:
    assert prefect("profile", "ls", "-o", "json").json == []  # type: ignore[attr-defined]
    assert prefect("profile", "create", "a")[0] == 0
    assert "already exists" in prefect("profile", "create", "a")[1]
    assert prefect("--profile", "a", "config", "set", "PREFECT_API_KEY=k")[0] == 0
    assert prefect("profile", "create", "--name", "b", "--from", "a")[0] == 0
    assert prefect("profile", "inspect", "b", "-o", "json").json == {"PREFECT_API_KEY": "k"}  # type: ignore[attr-defined]
    code, out, _ = prefect("profile", "use", "b")
    assert code == 0
    assert str(home) in out
    assert prefect("profile", "ls", "-o", "json").json == [  # type: ignore[attr-defined]
        {"name": "a", "active": False},
        {"name": "b", "active": True},
    ]
    assert "* b" in prefect("profile", "ls")[1]
    assert prefect("profile", "rename", "b", "c") == (0, "Renamed profile 'b' to 'c'.\n", "")
    assert 'active = "c"' in _profiles(home)
    assert "PREFECT_API_KEY='k'" in prefect("profile", "inspect")[1]
    assert prefect("profile", "delete", "a") == (0, "Removed profile 'a'.\n", "")
    assert prefect("profile", "ls", "-o", "json").json == [{"name": "c", "active": True}]  # type: ignore[attr-defined]


def test_the_active_profile_of_the_environment(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    prefect("profile", "create", "a")
    monkeypatch.setenv("PREFECT_PROFILE", "a")
    assert "is active" in prefect("profile", "delete", "a")[1]
    assert "PREFECT_PROFILE still says 'a'" in prefect("profile", "rename", "a", "b")[1]


def test_populate_defaults(prefect: Run, home: Path) -> None:
    prefect("config", "set", "PREFECT_API_KEY=k")
    assert prefect("profile", "populate-defaults")[0] == 0
    for name in ("ephemeral", "local", "test", "cloud"):
        assert f"[profiles.{name}]" in _profiles(home)
    assert 'PREFECT_API_KEY = "k"' in _profiles(home)
    assert "in your file already" in prefect("profile", "populate-defaults")[1]


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_deleting_asks_first(answer: str, code: int, prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    prefect("profile", "create", "a")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert prefect("--prompt", "profile", "delete", "a")[0] == code
    left = prefect("profile", "ls", "-o", "json").json  # type: ignore[attr-defined]
    assert len(left) == code


class _Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers.get("Authorization") in ("Bearer good", "Basic YTpi")
        healthy = self.path == "/api/health"
        self.send_response(200 if known and healthy else 401 if healthy else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Api) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_using_a_profile_checks_its_server(prefect: Run, api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    prefect("profile", "create", "a")
    prefect("-p", "a", "config", "set", f"PREFECT_API_URL={api}/api", "PREFECT_API_KEY=good")
    assert prefect("profile", "use", "a") == (0, "Connected to Prefect server using profile 'a'.\n", "")
    prefect("config", "set", "PREFECT_API_KEY=bad")
    assert "refuses the credentials" in prefect("profile", "use", "a")[1]
    prefect("config", "set", "PREFECT_API_AUTH_STRING=a:b")
    assert prefect("profile", "use", "a")[0] == 0
    prefect("config", "set", f"PREFECT_API_URL={api}/other")
    assert "status 404" in prefect("profile", "use", "a")[1]
    prefect("config", "set", "PREFECT_API_URL=http://127.0.0.1:1/api")
    code, out, _ = prefect("profile", "use", "a")
    assert code == 1
    assert "Could not reach the API at http://127.0.0.1:1/api" in out
    assert os.environ.get("PREFECT_PROFILE") is None


@pytest.mark.parametrize("url", ["xyz", "http://", "127.0.0.1:4200/api", "http://host:port/api"])
def test_a_url_that_is_none_is_refused(prefect: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    code, out, _ = prefect("config", "set", f"PREFECT_API_URL={url}")
    assert (code, "PREFECT_API_URL=http://127.0.0.1:4200/api" in out) == (1, True)
    monkeypatch.setenv("PREFECT_API_URL", url)
    code, out, _ = prefect("deployment", "ls")
    assert code == 1
    assert "has to begin with http:// or https://" in out
    assert "Unexpected" not in out
