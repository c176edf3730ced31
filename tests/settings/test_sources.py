"""Where values come from: precedence, spelling, and what is said when they do not fit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prefect.settings import current, dotenv, lines, resolve, temporary_settings
from prefect.settings.errors import InvalidSettings

PATH = "tasks.default_retries"
ENV = "PREFECT_TASKS_DEFAULT_RETRIES"
ALIAS = "PREFECT_TASK_DEFAULT_RETRIES"


def _write(source: str, value: int, home: Path) -> None:
    if source == "env":
        os.environ[ENV] = str(value)
    elif source == ".env":
        Path(".env").write_text(f"{ENV}={value}\n")
    elif source == "prefect.toml":
        Path("prefect.toml").write_text(f"[tasks]\ndefault_retries = {value}\n")
    elif source == "pyproject.toml":
        Path("pyproject.toml").write_text(f"[tool.prefect.tasks]\ndefault_retries = {value}\n")
    else:
        (home / "profiles.toml").write_text(f'active = "p"\n[profiles.p]\n{ENV} = "{value}"\n')


ORDER = ["env", ".env", "prefect.toml", "pyproject.toml", "profile"]


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV, "0")
    monkeypatch.delenv(ENV)


@pytest.mark.parametrize("strongest", range(len(ORDER)))
def test_precedence(strongest: int, home: Path) -> None:
    for value, source in enumerate(ORDER[strongest:], start=strongest + 1):
        _write(source, value, home)
    snapshot = resolve.read()
    assert snapshot.values[PATH] == strongest + 1
    assert snapshot.source_of(PATH) == ORDER[strongest]


def test_nothing_set_is_the_default() -> None:
    snapshot = resolve.read()
    assert (snapshot.values[PATH], snapshot.source_of(PATH)) == (0, "defaults")


def test_a_scope_is_above_everything(home: Path) -> None:
    _write("env", 1, home)
    with temporary_settings({ENV: 7}):
        assert current.active()[PATH] == 7
        assert current.snapshot().source_of(PATH) == "override"
    assert current.active()[PATH] == 1


def test_the_canonical_name_wins_over_an_alias_in_the_same_source() -> None:
    assert resolve.read({ALIAS: "1", ENV: "2"}).values[PATH] == 2
    assert resolve.read({ENV: "2", ALIAS: "1"}).values[PATH] == 2
    assert resolve.read({ALIAS: "1"}).values[PATH] == 1


def test_case_of_environment_variables_does_not_matter() -> None:
    assert resolve.read({"prefect_tasks_default_retries": "4"}).values[PATH] == 4


def test_parent_directories_are_not_looked_at(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    _write("prefect.toml", 9, home)
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    assert resolve.read().values[PATH] == 0


def test_unknown_names_are_left_alone(home: Path) -> None:
    Path("prefect.toml").write_text("no = 1\n[tasks]\nnope = 2\n[nope]\nx = 3\n")
    (home / "profiles.toml").write_text('[profiles.ephemeral]\nPREFECT_NOPE = "1"\n')
    assert resolve.read({**os.environ, "PREFECT_NOPE": "1"}).values[PATH] == 0


def _complaint(environ: dict[str, str] | None = None) -> str:
    with pytest.raises(InvalidSettings) as caught:
        resolve.read({**os.environ, **(environ or {})})
    return str(caught.value)


def test_a_bad_variable_is_named_with_what_is_expected() -> None:
    assert _complaint({ENV: "many"}) == f"{ENV}='many' (environment): expected a whole number, at least 0."
    assert "PREFECT_TASK_DEFAULT_RETRIES='-1'" in _complaint({ALIAS: "-1"})


def test_a_secret_is_not_shown() -> None:
    Path("prefect.toml").write_text("[api]\nkey = ['s3cret']\n")
    assert "s3cret" not in _complaint()


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("prefect.toml", "# c\n[tasks]\n\ndefault_retries = 'x'\n", 4),
        ("prefect.toml", "tasks.default_retries = 'x'\n", 1),
        ("prefect.toml", "a = 1\ntasks = {default_retries = 'x'}\n", 2),
        ("pyproject.toml", "[project]\nname = 'a'\n[tool.prefect.tasks]\ndefault_retries = 'x'\n", 4),
        ("pyproject.toml", "[tool.prefect]\ntasks.default_retries = 'x' # why\n", 2),
        (".env", "A=1\n\nexport PREFECT_TASKS_DEFAULT_RETRIES=x\n", 3),
    ],
)
def test_a_bad_value_in_a_file_is_named_with_its_line(file: str, text: str, line: int) -> None:
    Path(file).write_text(text)
    said = _complaint()
    assert f"{Path(file).absolute()}, line {line}" in said
    assert "default_retries" in said.lower()
    assert "'x'" in said


def test_a_bad_value_in_a_profile_is_named_with_its_line(home: Path) -> None:
    file = home / "profiles.toml"
    file.write_text(f'active = "b"\n[profiles.a]\n{ENV} = "1"\n[profiles.b]\n{ENV} = "x"\n')
    assert f"{file}, line 5" in _complaint()


def test_all_problems_are_told_at_once(home: Path) -> None:
    Path("prefect.toml").write_text("[server.api]\nport = 'x'\n")
    said = _complaint({ENV: "y"})
    assert "2 settings are not valid" in said
    assert "server.api.port" in said
    assert ENV in said


@pytest.mark.parametrize("file", ["prefect.toml", "pyproject.toml"])
def test_a_file_that_is_not_toml(file: str) -> None:
    Path(file).write_text("[tool.prefect]\nx = [\n")
    said = _complaint()
    assert str(Path(file).absolute()) in said
    assert "TOML" in said


def test_a_file_that_is_not_text() -> None:
    Path("prefect.toml").write_bytes(b"\xff\xfe")
    assert "prefect.toml cannot be read" in _complaint()


@pytest.mark.parametrize("text", ["active = 'b'\n[profiles.b\n", "profiles = 1\n", "[profiles]\nx = 1\n"])
def test_a_damaged_file_of_profiles_is_ignored_aloud(
    text: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "profiles.toml").write_text(text)
    assert resolve.read().profile == "ephemeral"
    said = capsys.readouterr().err
    assert said.startswith("WARNING: ")
    assert str(home / "profiles.toml") in said


def test_an_unknown_profile_falls_back_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    assert resolve.read({**os.environ, "PREFECT_PROFILE": "nope"}).profile == "ephemeral"
    assert "'nope'" in capsys.readouterr().err


def test_user_profiles_are_merged_over_the_packaged_ones(home: Path) -> None:
    (home / "profiles.toml").write_text('[profiles.local]\nPREFECT_API_KEY = "k"\n')
    values = resolve.read({**os.environ, "PREFECT_PROFILE": "local"}).values
    assert (values["api.url"], values["api.key"]) == ("http://127.0.0.1:4200/api", "k")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("environment", ""),
        (".env", "PREFECT_PROFILES_PATH={}"),
        ("prefect.toml", "profiles_path = '{}'"),
        ("pyproject.toml", "[tool.prefect]\nprofiles_path = '{}'"),
    ],
)
def test_where_profiles_are_found(place: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text(f'active = "p"\n[profiles.p]\n{ENV} = 5\n')
    environ = dict(os.environ)
    if place == "environment":
        environ["PREFECT_PROFILES_PATH"] = str(file)
    else:
        Path(place).write_text(text.format(file))
    snapshot = resolve.read(environ)
    assert (snapshot.profile, snapshot.values[PATH]) == ("p", 5)
    assert snapshot.values["profiles_path"] == file


def test_profiles_are_not_read_in_test_mode(home: Path) -> None:
    _write("profile", 5, home)
    assert resolve.read({**os.environ, "PREFECT_TEST_MODE": "1"}).values[PATH] == 0


def test_without_any_home_the_user_s_home_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    environ = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
    assert resolve.read(environ).values["server.database.connection_url"].endswith("/.prefect/prefect.db")


def test_dotenv() -> None:
    text = """
# a comment
A=plain # trailing
export B = "two\\nlines ${A}"
C='literal ${A}'
D=${E:-other}${A}
F="a # b"
G=
"""
    assert dotenv.parse(text, {}) == {
        "A": "plain",
        "B": "two\nlines plain",
        "C": "literal ${A}",
        "D": "otherplain",
        "F": "a # b",
        "G": "",
    }
    assert dotenv.parse("A=1\nB=${A}", {"A": "outside"}) == {"A": "1", "B": "outside"}


def test_lines() -> None:
    text = '[a."b c"]\nx = 1\n[[list]]\nx = 2\n["q"]\n"y z" = 3\n'
    assert lines.in_toml(text, ("a", "b c", "x")) == 2
    assert lines.in_toml(text, ("q", "y z")) == 6
    assert lines.in_toml(text, ("nope",)) is None
    assert lines.in_dotenv("A=1\nB=2\nA=3", "A") == 3
