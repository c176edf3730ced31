"""The command itself: global options, help, exit codes, and what it does not import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from prefect._base.errors import Invalid
from prefect._base.version import __version__
from prefect._cli import errors, main, render, session
from prefect._cli.command import Command, Group
from prefect.settings import current

Run = Callable[..., "tuple[int, str, str]"]
HEAVY = (
    "{'pydantic', 'pydantic_settings', 'rich', 'httpx', 'typer', 'click', 'asyncio', 'yaml', 'dataclasses'}"
)


def _process(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env={**os.environ, **environ}, timeout=60
    )


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["--no-prompt"]])
def test_help(words: list[str], prefect: Run) -> None:
    code, out, err = prefect(*words)
    assert (code, err) == (0, "")
    assert "Usage: prefect COMMAND" in out
    assert "profile (profiles)" in out


@pytest.mark.parametrize("words", [["--version"], ["-v"]])
def test_bare_version(words: list[str], prefect: Run) -> None:
    assert prefect(*words) == (0, f"{__version__}\n", "")


def test_version_report(prefect: Run) -> None:
    code, out, _ = prefect("version")
    report = dict(line.split(":", 1) for line in out.splitlines())
    found = {key.strip(): value.strip() for key, value in report.items()}
    assert code == 0
    assert found["Version"] == __version__
    assert found["Profile"] == "ephemeral"
    assert found["Server type"] == "ephemeral"
    assert found["Pydantic version"][0].isdigit()
    assert found["Database"] == "sqlite"


@pytest.mark.parametrize(
    ("url", "kind"), [("http://h/api", "server"), ("https://api.prefect.cloud/api/accounts/x", "cloud")]
)
def test_version_names_the_kind_of_server(
    url: str, kind: str, prefect: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://u:p@h/n")
    _, out, _ = prefect("version")
    assert f"Server type:          {kind}\n" in out
    assert "Database:           postgresql\n" in out
    assert "SQLite" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verison"], "Did you mean 'version'?"),
        (["xyzzy"], "'prefect --help' lists"),
        (["--nope"], "no option --nope"),
        (["--profile"], "needs the name"),
        (["config", "vew"], "Did you mean 'view'?"),
        (["config", "--nope"], "no option --nope"),
        (["config", "view", "--show-default"], "Did you mean --show-defaults?"),
        (["config", "set"], "SETTINGS is missing"),
        (["profile", "create", "a", "b"], "'b' is one word too many"),
        (["profile", "create", "a", "--from"], "expected one argument"),
        (["variable", "ls", "--limit", "x"], "--limit has to be a whole number, not 'x'"),
    ],
)
def test_usage_errors(words: list[str], said: str, prefect: Run) -> None:
    code, out, err = prefect(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("Error: ")
    assert len(err.splitlines()) == 1


def test_an_unknown_profile(prefect: Run) -> None:
    code, out, _ = prefect("-p", "nope", "version")
    assert code == 1
    assert "Unknown profile 'nope'" in out


@pytest.mark.parametrize(
    "words",
    [
        ["--profile", "local", "config", "view"],
        ["--profile=local", "config", "view"],
        ["-p", "local", "config", "view"],
        ["config", "view", "--profile", "local"],
        ["config", "view", "--profile=local"],
    ],
)
def test_choosing_a_profile(words: list[str], prefect: Run) -> None:
    code, out, _ = prefect(*words)
    assert code == 0
    assert "PREFECT_PROFILE='local'" in out
    assert "PREFECT_API_URL='http://127.0.0.1:4200/api' (from profile)" in out


def test_aliases_of_nouns(prefect: Run) -> None:
    assert prefect("profiles", "ls") == prefect("profile", "ls")


def test_invalid_settings_are_one_line_that_names_them(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", "x")
    code, out, err = prefect("version")
    assert (code, err) == (1, "")
    assert out == "PREFECT_SERVER_API_PORT='x' (environment): expected a whole number.\n"
    assert prefect("--help")[0] == 0


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (errors.CommandError("Not so."), 1, "Not so."),
        (errors.CommandError("Not so.", 4), 4, "Not so."),
        (Invalid("Wrong name."), 1, "Wrong name."),
        (
            ZeroDivisionError("zero"),
            1,
            "Unexpected ZeroDivisionError: zero. Set PREFECT_DEBUG_MODE=1 to see where.",
        ),
    ],
)
def test_errors(error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert errors.report(error) == code
    assert capsys.readouterr() == (said + "\n", "")


def test_the_traceback_is_shown_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_DEBUG_MODE", "1")
    with pytest.raises(ZeroDivisionError) as caught:
        raise ZeroDivisionError("zero")
    assert errors.report(caught.value) == 1
    out, err = capsys.readouterr()
    assert out == "Unexpected ZeroDivisionError: zero.\n"
    assert "Traceback" in err


def test_unreachable_api_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    import httpx

    request = httpx.Request("GET", "http://h:1/api/health?secret=1")
    assert errors.report(httpx.ConnectError("refused", request=request)) == 1
    assert capsys.readouterr().out.startswith(
        "Could not reach the API at http://h:1: refused. Check PREFECT_API_URL"
    )


def test_interruption(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def _interrupted(noun: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "load", _interrupted)
    assert prefect("version")[0] == 130


@pytest.mark.parametrize(
    "words", [["--help"], ["version"], ["--version"], ["variable", "--help"], ["config", "--help"], ["nope"]]
)
def test_nothing_heavy_is_imported(words: list[str]) -> None:
    asked = {"variable", "config", "version"} & set(words)
    program = (
        "import sys; from prefect._cli import main; main.run(sys.argv[1:]);"
        f"heavy = {HEAVY} & set(sys.modules) - ({{'dataclasses'}} if {bool(asked)} else set());"
        "nouns = {'prefect._cli.' + noun.module for noun in main.NOUNS} & set(sys.modules);"
        f"nouns -= {{'prefect._cli.' + word for word in {sorted(asked)!r}}};"
        "sys.exit(repr(heavy | nouns) if heavy | nouns else 0)"
    )
    done = _process("-c", program, *words)
    assert done.returncode == 0, done.stderr


def test_as_a_process() -> None:
    done = _process("-m", "prefect", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{__version__}\n", "")
    done = _process("-m", "prefect", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    done = _process("-m", "prefect", "config", "set", "PREFECT_NOPE=1")
    assert done.returncode == 1
    assert "Unknown setting name 'PREFECT_NOPE'" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "prefect", "config", "view", "--show-defaults"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.stderr.close()
    writer.wait(60)


def _app() -> tuple[Group, list[object]]:
    seen: list[object] = []
    group = Group("things", "Things.")

    @group.command("do", aliases=("make",))
    def do(
        name: str, numbers: list[int] | None = None, *, tag: list[str] | None = None, fast: bool | None = None
    ) -> None:
        """Do a thing."""
        seen.append((name, numbers, tag, fast))

    @group.command("wait")
    async def wait() -> None:
        """Wait."""
        seen.append("waited")

    inner = group.group("inner", "More.", aliases=("more",))
    inner.command("do")(do)
    return group, seen


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("do a", ("a", None, None, None)),
        ("make --name a", ("a", None, None, None)),
        ("do a 1 2", ("a", [1, 2], None, None)),
        ("do 1 2 --name a", ("a", [1, 2], None, None)),
        ("do --tag x a --tag=y --fast", ("a", None, ["x", "y"], True)),
        ("do a --no-fast --empty-tag", ("a", None, [], False)),
        ("do a --fast --no-fast", ("a", None, None, False)),
        ("do -- --a", ("--a", None, None, None)),
        ("do a -1", ("a", [-1], None, None)),
        ("inner do a", ("a", None, None, None)),
        ("more do a", ("a", None, None, None)),
        ("wait", "waited"),
    ],
)
def test_words_become_arguments(words: str, arguments: object) -> None:
    group, seen = _app()
    group.run(words.split(), "prefect things")
    assert seen == [arguments]


def test_help_of_groups_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    group, _ = _app()
    group.run([], "prefect things")
    listed = capsys.readouterr().out
    assert "inner" in listed
    assert "Do a thing." in listed
    group.run(["do", "--help"], "prefect things")
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: prefect things do NAME [NUMBERS...] [OPTIONS]")
    assert "--fast, --no-fast" in shown


def test_a_name_is_taken_once() -> None:
    group, _ = _app()
    with pytest.raises(ValueError, match="two commands"):
        group.command("do")(test_a_name_is_taken_once)


def test_commands_explain_themselves() -> None:
    for noun in main.NOUNS:
        pending: list[Command | Group] = [main.load(noun)]
        while pending:
            member = pending.pop()
            assert member.help.endswith("."), member.name
            pending.extend(member.members.values() if isinstance(member, Group) else ())


def test_tables_in_a_pipe_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    render.table(("Name", "N"), [("a", 1), ("long name", None)])
    assert capsys.readouterr().out == "Name       N\na          1\nlong name\n"


def test_ages() -> None:
    now = render.clock.to_iso(render.clock.system.now_us() - 90_000_000)
    assert render.ago(now) == "1 minute ago"
    later = render.clock.to_iso(render.clock.system.now_us() + 7_300_000_000)
    assert render.ago(later) == "in 2 hours"
    assert render.ago(None) == ""


def test_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "prompt", None)
    assert not session.is_interactive()
    monkeypatch.setenv("PREFECT_CLI_PROMPT", "1")
    current.forget()
    assert session.is_interactive()
    monkeypatch.setattr(session, "prompt", False)
    assert not session.is_interactive()
    assert not session.has_colors()
