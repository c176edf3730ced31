"""Settings that cannot be read, as a caller of flows and a user of the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.mark import ParameterSet

if TYPE_CHECKING:
    from conftest import World

PROGRAM = """
from prefect import flow

@flow
def work():
    return 1

work()
"""


def bad_environment(world: World) -> str:
    world.variables["PREFECT_TASKS_DEFAULT_RETRIES"] = "many"
    return "environment"


def bad_profile(world: World) -> str:
    world.home.mkdir()
    profiles = world.home / "profiles.toml"
    profiles.write_text('active = "mine"\n\n[profiles.mine]\nPREFECT_TASKS_DEFAULT_RETRIES = "many"\n')
    return f"{profiles}, line 4"


SOURCES: list[ParameterSet] = [
    pytest.param(bad_environment, id="environment"),
    pytest.param(bad_profile, id="profile"),
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_caller_of_flows_sees_which_setting_and_where_it_stands(world: World, source: object) -> None:
    where = source(world)  # pyright: ignore[reportCallIssue, reportUnknownVariableType]

    done = world.run(PROGRAM)

    assert done.returncode == 1
    assert done.stderr.count("Traceback (most recent call last)") == 1
    error = done.stderr.strip().splitlines()[-1]
    assert f"PREFECT_TASKS_DEFAULT_RETRIES='many' ({where})" in error
    assert "expected a whole number" in error
    assert not world.database.exists()


@pytest.mark.parametrize("source", SOURCES)
def test_the_command_line_says_the_same_without_a_traceback(world: World, source: object) -> None:
    where = source(world)  # pyright: ignore[reportCallIssue, reportUnknownVariableType]

    done = world.command("variable", "ls")

    assert done.returncode == 1
    said = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in said
    assert "PREFECT_TASKS_DEFAULT_RETRIES='many'" in said
    assert where.replace(" ", "") in said.replace(" ", "")


def test_profiles_that_are_no_toml_are_left_out_with_a_warning(world: World) -> None:
    world.home.mkdir()
    profiles = world.home / "profiles.toml"
    profiles.write_text('active = "mine"\n[profiles.mine\n')

    done = world.run(PROGRAM)

    assert done.returncode == 0
    assert str(profiles) in done.stderr
    assert "line 2" in done.stderr
    assert world.look()[0] == {"work": ["Completed"]}


def test_the_command_line_says_what_is_wrong_with_the_home(world: World) -> None:
    world.home.write_text("mine")

    done = world.command("variable", "ls")

    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1
    assert "Traceback" not in said
    assert "PREFECT_HOME" in said
