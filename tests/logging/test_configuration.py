"""Setting up the loggers."""

from __future__ import annotations

import json
import logging
import logging.config
import os
import subprocess
import sys

import pytest

from prefect import settings
from prefect.logging import configuration
from prefect.logging.configuration import default_config, ensure_logging_setup, setup_logging
from prefect.logging.handlers import APILogHandler, PrefectConsoleHandler


def layout() -> dict[str, tuple[int, bool, list[str]]]:
    return {
        name: (logger.level, logger.propagate, [type(handler).__name__ for handler in logger.handlers])
        for name in ("", *default_config(settings.active())["loggers"])
        if (logger := logging.getLogger(name))
    }


def test_the_short_way_gives_what_the_library_would_make_of_the_configuration(link, set_up):
    set_up()
    ours = layout()
    logging.config.dictConfig(default_config(settings.active()))
    assert layout() == ours
    assert ours["prefect"] == (logging.INFO, True, [])
    assert ours["prefect.flow_runs"] == (logging.NOTSET, True, ["APILogHandler"])
    assert ours[""] == (logging.WARNING, True, ["PrefectConsoleHandler"])


def test_the_configuration_of_the_process_can_be_used_again(link):
    ensure_logging_setup()
    assert configuration.PROCESS_LOGGING_CONFIG["version"] == 1
    logging.config.dictConfig(configuration.PROCESS_LOGGING_CONFIG)


def test_a_second_time_changes_levels_only(link, set_up, monkeypatch):
    set_up()
    console = logging.getLogger().handlers[0]
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    settings.refresh()
    ensure_logging_setup()
    assert logging.getLogger("prefect").level == logging.INFO
    set_up()
    assert logging.getLogger("prefect").level == logging.DEBUG
    assert logging.getLogger().handlers == [console]


def test_the_root_logger_of_the_user_is_left_alone(link, set_up):
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("mine %(message)s"))
    logging.getLogger().addHandler(handler)
    set_up()
    assert logging.getLogger().handlers == [handler]
    assert isinstance(logging.getLogger("prefect.flow_runs").handlers[0], APILogHandler)


def test_single_values_from_the_environment(link, set_up, monkeypatch):
    monkeypatch.setenv("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "ERROR")
    monkeypatch.setenv("PREFECT_LOGGING_LOGGERS_UVICORN_HANDLERS", "console, api")
    monkeypatch.setenv("PREFECT_LOGGING_LOGGERS_UVICORN_PROPAGATE", "true")
    settings.refresh()
    set_up()
    assert logging.getLogger("prefect.flow_runs").level == logging.ERROR
    assert layout()["uvicorn"] == (logging.WARNING, True, ["PrefectConsoleHandler", "APILogHandler"])


YAML = """
version: 1
disable_existing_loggers: false
formatters:
  mine: {format: "${PREFECT_LOGGING_LEVEL} %(message)s"}
handlers:
  console: {class: prefect.logging.handlers.PrefectConsoleHandler, formatter: mine}
loggers:
  prefect: {level: "${PREFECT_LOGGING_LEVEL}", handlers: [console], propagate: false}
"""


def test_a_file_of_the_users_own(link, set_up, home, monkeypatch, capsys):
    (home / "logging.yml").write_text(YAML)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
    settings.refresh()
    set_up()
    logging.getLogger("prefect.x").error("hello")
    logging.getLogger("prefect.x").warning("not shown")
    assert capsys.readouterr().err == "ERROR hello\n"
    assert isinstance(logging.getLogger("prefect").handlers[0], PrefectConsoleHandler)


def test_a_file_that_holds_something_else(home):
    (home / "logging.yml").write_text("- just\n- a list\n")
    settings.refresh()
    with pytest.raises(ValueError, match=r"logging\.yml"):
        setup_logging()


def test_setting_up_imports_nothing_heavy(tmp_path):
    code = (
        "import json, sys\nfrom prefect.logging.configuration import ensure_logging_setup\n"
        "ensure_logging_setup()\nprint(json.dumps([*sys.modules]))"
    )
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code], env=environment))
    assert not {"yaml", "rich", "pydantic", "logging.config", "httpx"}.intersection(loaded)
