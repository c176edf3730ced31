"""Setting up the loggers of the process, once, when the first run or command begins.

The usual configuration is made without the library's machinery for configurations. That is brought in if the
user has a `logging.yml`, or changes a single value with ``PREFECT_LOGGING_<PATH>_<KEY>`` in the environment.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import string
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from prefect._base import lazy
from prefect.logging.filters import ObfuscateApiKeyFilter as ObfuscateApiKeyFilter
from prefect.logging.loggers import get_logger
from prefect.utilities.collections import dict_to_flatdict, flatdict_to_dict

settings: Any = lazy.module("prefect.settings")
handlers: Any = lazy.module("prefect.logging.handlers")
formatters: Any = lazy.module("prefect.logging.formatters")
logging_config: Any = lazy.module("logging.config")

_SECOND = "%(asctime)s.%(msecs)03d | %(levelname)-7s | "
_CLOCK = "%H:%M:%S"
_NOT_IN_NAMES = re.compile(r"[^A-Z0-9_]+")

PROCESS_LOGGING_CONFIG: dict[str, Any] = {}
_lock = threading.Lock()


def default_config(values: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration that holds if the user has none, in the form of `logging.config.dictConfig`."""
    level, server = values["logging.level"], values["server.logging_level"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "simple": {"format": "%(asctime)s.%(msecs)03d | %(message)s", "datefmt": _CLOCK},
            "standard": {
                "()": "prefect.logging.formatters.PrefectFormatter",
                "format": _SECOND + "%(name)s - %(message)s",
                "flow_run_fmt": _SECOND + "Flow run %(flow_run_name)r - %(message)s",
                "task_run_fmt": _SECOND + "Task run %(task_run_name)r - %(message)s",
                "datefmt": _CLOCK,
            },
            "debug": {"format": _SECOND + "%(threadName)-12s | %(name)s - %(message)s", "datefmt": _CLOCK},
            "json": {"class": "prefect.logging.formatters.JsonFormatter", "format": "default"},
        },
        "handlers": {
            "console": {
                "level": 0,
                "class": "prefect.logging.handlers.PrefectConsoleHandler",
                "formatter": "standard",
            },
            "api": {"level": 0, "class": "prefect.logging.handlers.APILogHandler"},
            "debug": {"level": 0, "class": "logging.StreamHandler", "formatter": "debug"},
            "worker_api": {"level": 0, "class": "prefect.logging.handlers.WorkerAPILogHandler"},
        },
        "loggers": {
            "prefect": {"level": level},
            "prefect.extra": {"level": level, "handlers": ["api"], "propagate": False},
            "prefect.flow_runs": {"level": "NOTSET", "handlers": ["api"]},
            "prefect.task_runs": {"level": "NOTSET", "handlers": ["api"]},
            "prefect.workers": {"level": "NOTSET", "handlers": ["worker_api"]},
            "prefect.server": {"level": server},
            "prefect.client": {"level": level},
            "prefect.infrastructure": {"level": level},
            "prefect._internal": {
                "level": values["internal.logging_level"],
                "propagate": False,
                "handlers": ["debug"],
            },
            "uvicorn": {"level": server, "handlers": ["console"], "propagate": False},
            "fastapi": {"level": server, "handlers": ["console"], "propagate": False},
        },
        "root": {"level": "WARNING", "handlers": ["console"]},
        "incremental": False,
    }


def setup_logging(incremental: bool | None = None) -> dict[str, Any]:
    """Set up the loggers and return the configuration in force.

    Args:
        incremental: change the levels only. By default that is so if logging was set up before.
    """
    with _lock:
        again = bool(PROCESS_LOGGING_CONFIG) if incremental is None else incremental
        values = settings.active()
        config, usual = _read(values)
        if not again and not usual and _root_is_taken():
            config.pop("root", None)
        config["incremental"] = again
        if again or not usual:
            logging_config.dictConfig(config)
        else:
            _apply_default(config)
        for name in config["loggers"]:
            if name == "prefect" or name.startswith("prefect."):
                get_logger(name)
        if not again:
            _add_extra_loggers(values)
            atexit.register(handlers.stop_flushing)
            PROCESS_LOGGING_CONFIG.clear()
            PROCESS_LOGGING_CONFIG.update(config)
        return config


def ensure_logging_setup() -> None:
    """Set up the loggers if that has not been done yet."""
    if not PROCESS_LOGGING_CONFIG:
        setup_logging()


def _read(values: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The configuration to use, and whether it is the usual one."""
    path = values["logging.config_path"]
    usual = not (path and Path(path).exists())
    config = default_config(values) if usual else load_logging_config(Path(path))
    changed = _override(config, os.environ)
    return changed, usual and changed == config


def load_logging_config(path: Path) -> dict[str, Any]:
    """The configuration in a YAML file, with the settings in the place of ``${PREFECT_...}``."""
    import yaml

    template = string.Template(path.read_text(encoding="utf-8"))
    config: Any = yaml.safe_load(template.safe_substitute(_by_variable(settings.active())))
    if not isinstance(config, dict):
        raise ValueError(f"{path} does not hold a logging configuration (a mapping with a key 'version').")
    checked = cast(dict[str, Any], config)
    checked.setdefault("loggers", {})
    return _override(checked, os.environ)


def _by_variable(values: Mapping[str, Any]) -> dict[str, str]:
    named = {f"PREFECT_{name.upper().replace('.', '_')}": str(value) for name, value in values.items()}
    named["PREFECT_LOGGING_SERVER_LEVEL"] = str(values["server.logging_level"])
    named["PREFECT_LOGGING_INTERNAL_LEVEL"] = str(values["internal.logging_level"])
    return named


def _override(config: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """The configuration with the single values that the environment has for it."""
    flat = dict_to_flatdict(config)
    if not any(name.startswith("PREFECT_LOGGING_") for name in environ):
        return config
    for path, value in flat.items():
        name = _NOT_IN_NAMES.sub("_", "PREFECT_LOGGING_" + "_".join(map(str, path)).upper())
        if environ.get(name):
            flat[path] = _like(value, environ[name])
    return flatdict_to_dict(flat)


def _like(value: Any, text: str) -> Any:
    if isinstance(value, bool):
        return text.strip().lower() in ("1", "true", "yes", "on", "t", "y")
    if isinstance(value, list):
        return [item.strip() for item in text.split(",") if item.strip()]
    if isinstance(value, int) and text.strip().lstrip("-").isdigit():
        return int(text)
    return text


def _root_is_taken() -> bool:
    """Whether the user's program has set up the root logger already; it is then left alone."""
    return any(
        handler.formatter is not None and not isinstance(handler, handlers.PrefectConsoleHandler)
        for handler in logging.getLogger().handlers
    )


def _apply_default(config: dict[str, Any]) -> None:
    standard = {name: value for name, value in config["formatters"]["standard"].items() if name != "()"}
    console = handlers.PrefectConsoleHandler()
    console.setFormatter(formatters.PrefectFormatter(**standard))
    debug = logging.StreamHandler()
    debug.setFormatter(logging.Formatter(config["formatters"]["debug"]["format"], _CLOCK))
    made: dict[str, logging.Handler] = {
        "console": console,
        "api": handlers.APILogHandler(),
        "debug": debug,
        "worker_api": handlers.WorkerAPILogHandler(),
    }
    for name, handler in made.items():
        handler.set_name(name)  # by which a later change of levels finds it
    targets = {name: (logging.getLogger(name), facts) for name, facts in config["loggers"].items()}
    if _root_is_taken():
        config.pop("root")
    else:
        targets[""] = (logging.getLogger(), config["root"])
    for logger, facts in targets.values():
        logger.setLevel(facts["level"])
        logger.propagate = facts.get("propagate", True)
        for old in logger.handlers[:] if "handlers" in facts else ():
            logger.removeHandler(old)
        for name in facts.get("handlers", ()):
            logger.addHandler(made[name])


def _add_extra_loggers(values: Mapping[str, Any]) -> None:
    """Let the loggers that the user names send their records to the logs of the runs they speak in."""
    api = next(
        (h for h in logging.getLogger("prefect.extra").handlers if isinstance(h, handlers.APILogHandler)),
        None,
    )
    if api is None:
        return
    for name in values["logging.extra_loggers"] or ():
        logger = logging.getLogger(name)
        if api not in logger.handlers:
            logger.addHandler(api)
        if logger.level == logging.NOTSET:
            logger.setLevel(values["logging.level"])
