"""What starting costs: the names that programs need pull in nothing heavy, and every public name is there."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from tests.house.processes import python

import prefect
from prefect._cli.table import NOUNS

HEAVY = {
    "pydantic",
    "sqlalchemy",
    "fastapi",
    "starlette",
    "uvicorn",
    "httpx",
    "rich",
    "typer",
    "yaml",
    "fsspec",
    "cryptography",
    "jinja2",
    "asyncpg",
}
RUN = """
from prefect import flow, task

@task
def double(x):
    return 2 * x

@flow
def main(x):
    return double(x) + double.submit(x).result()

assert main(2) == 8
"""


def loaded_by(code: str, home: Path) -> set[str]:
    """The modules that are loaded after running `code`."""
    done = python("-c", f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))", home=home)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from prefect import flow, task", id="import"),
        pytest.param(RUN, id="run"),
    ],
)
def test_flows_and_tasks_need_nothing_heavy(code: str, tmp_path: Path) -> None:
    assert loaded_by(code, tmp_path) & HEAVY == set()


def test_help_loads_no_command(tmp_path: Path) -> None:
    loaded = loaded_by("from prefect._cli import main\nassert main.run(['--help']) == 0", tmp_path)
    assert loaded & {f"prefect._cli.{noun.module}" for noun in NOUNS} == set()
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("name", prefect.__all__)
def test_public_names_resolve(name: str) -> None:
    assert getattr(prefect, name) is not None


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = prefect.no_such_name


def test_every_name_of_the_table_is_listed() -> None:
    assert set(prefect.__all__) <= set(dir(prefect))


def modules() -> list[str]:
    root = Path(prefect.__file__).parent
    found = [path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py")]
    names = [".".join(path.parts).removesuffix(".__init__") for path in found]
    return sorted(name for name in names if not name.endswith("__main__"))


def test_every_module_can_be_imported_and_says_what_it_is_for() -> None:
    silent = [name for name in modules() if _silent(name)]
    assert silent == []


def _silent(name: str) -> bool:
    module = importlib.import_module(name)
    empty = not Path(str(module.__file__)).read_text().strip()
    return not empty and not (module.__doc__ or "").strip()


@pytest.mark.parametrize(
    "name", ["flows", "tasks", "states", "client.orchestration", "settings", "_core.policy"]
)
def test_modules_can_be_imported_first(name: str, tmp_path: Path) -> None:
    """There is no module that works only after another one was imported."""
    loaded_by(f"import prefect.{name}", tmp_path)
