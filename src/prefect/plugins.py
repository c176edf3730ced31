"""Plugins: functions of other packages that prepare the environment, entry points of `prefect.plugins`.

::

    from prefect.plugins import HookContext, SetupResult, register_hook

    @register_hook
    def setup_environment(*, ctx: HookContext) -> SetupResult | None:
        return SetupResult(env={"PREFECT_API_KEY": read_key()}, note="key from the vault")

They are loaded once, when a process first talks to the API or to its database, if
``PREFECT_PLUGINS_ENABLED`` is true; until then, and otherwise, nothing of them is imported.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import inspect
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, EntryPoints
from logging import Logger
from typing import Any, Protocol, TypeVar, cast

from prefect._base import lazy
from prefect._base.version import __version__
from prefect.logging.loggers import get_logger
from prefect.settings import active, current

asyncutils: Any = lazy.module("prefect.utilities.asyncutils")
registry: Any = lazy.module("prefect.blocks._registry")

__all__ = [
    "HookContext",
    "HookSpec",
    "PREFECT_PLUGIN_API_VERSION",
    "SetupResult",
    "SetupSummary",
    "load_prefect_collections",
    "register_hook",
    "run_startup_hooks",
    "safe_load_entrypoints",
]

PREFECT_PLUGIN_API_VERSION = "0.1"
GROUP = "prefect.plugins"
HOOKS = ("setup_environment", "set_database_connection_params")
_MARK = "prefect-experimental_impl"  # what releases before this one marked hooks with
_SECRET_WORDS = ("key", "secret", "token", "password", "auth", "credential")

_F = TypeVar("_F", bound=Callable[..., Any])
_plugins: dict[str, Any] | None = None
_started = False
_lock = threading.RLock()


@dataclass(frozen=True)
class HookContext:
    """What a plugin is told of the process that it prepares."""

    prefect_version: str
    api_url: str | None
    logger_factory: Callable[[str], Logger]


@dataclass(frozen=True)
class SetupResult:
    """What is to be set in the environment. Without a `required` one the process does not go on."""

    env: Mapping[str, str]
    note: str | None = None
    required: bool = False


@dataclass(frozen=True)
class SetupSummary:
    """What became of a plugin: the variables that it set (secrets are not shown), or its error."""

    plugin: str
    env_preview: dict[str, str]
    note: str | None
    error: str | None


class HookSpec(Protocol):
    """The hooks that a plugin may have, each blocking or async."""

    def setup_environment(self, *, ctx: HookContext) -> SetupResult | None:
        """What to set in the environment before anything is asked of the API."""
        ...

    def set_database_connection_params(self, connection_url: str, settings: Any) -> Mapping[str, Any]:
        """Further arguments of connections to the database of a server."""
        ...


class _Marker:
    """Marks functions as hooks; see :meth:`__call__`."""

    def __call__(
        self,
        function: Any = None,
        hookwrapper: bool = False,
        optionalhook: bool = False,
        tryfirst: bool = False,
        trylast: bool = False,
        specname: str | None = None,
        wrapper: bool = False,
    ) -> Any:
        """Mark a function as a hook: the one that is its name, or `specname`.

        `tryfirst` and `trylast` say when it is called among those of other plugins. Wrappers are refused: no
        hook is called around others.
        """
        if hookwrapper or wrapper:
            raise TypeError("Hooks cannot be wrappers around other hooks.")

        def marked(function: _F) -> _F:
            options = {
                "wrapper": False,
                "hookwrapper": False,
                "optionalhook": optionalhook,
                "tryfirst": tryfirst,
                "trylast": trylast,
                "specname": specname,
            }
            setattr(function, _MARK, options)
            return function

        return marked if function is None else marked(function)


register_hook = _Marker()


def load_prefect_collections() -> dict[str, Any]:
    """Import the installed collections, so that their blocks and workers are known; modules or errors."""
    return registry.load_prefect_collections()


def safe_load_entrypoints(entrypoints: EntryPoints) -> dict[str, Exception | Any]:
    """What entry points name, by their names; of those that cannot be loaded, the error."""
    found: dict[str, Exception | Any] = {}
    for each in entrypoints:
        try:
            found[each.name] = each.load()
        except Exception as error:  # noqa: BLE001 - other packages may fail in any way while they are imported
            found[each.name] = error
    return found


# ------------------------------------------------------------------ finding plugins and calling their hooks


def _loaded() -> dict[str, Any]:
    """The plugins that the settings let in, loaded at the first call; the error of those that cannot be."""
    global _plugins
    with _lock:
        if _plugins is None:
            allowed = [point for point in importlib.metadata.entry_points(group=GROUP) if is_allowed(point)]
            _plugins = safe_load_entrypoints(EntryPoints(allowed))
        return _plugins


def is_allowed(point: EntryPoint) -> bool:
    """Whether the settings let a plugin in."""
    settings = active()
    allow, deny = settings["plugins.allow"], settings["plugins.deny"]
    return (not allow or point.name in allow) and point.name not in (deny or ())


def _hooks(plugin: Any, name: str) -> Iterator[Callable[..., Any]]:
    """The hooks `name` of a plugin, which is a module, a class or an object."""
    holder = plugin() if inspect.isclass(plugin) else plugin
    for attribute in dir(holder):
        function = getattr(holder, attribute, None)
        options = cast("dict[str, Any] | None", getattr(function, _MARK, None))
        if callable(function) and options is not None and (options.get("specname") or attribute) == name:
            yield function


def hooks_of(plugin: Any) -> list[str]:
    """The names of the hooks that a plugin has."""
    return [name for name in HOOKS if any(True for _ in _hooks(plugin, name))]


def _ordered(name: str) -> list[tuple[str, Callable[..., Any]]]:
    found = [
        (label, hook)
        for label, plugin in _loaded().items()
        if not isinstance(plugin, Exception)
        for hook in _hooks(plugin, name)
    ]

    def rank(entry: tuple[str, Callable[..., Any]]) -> int:
        options = cast("dict[str, Any]", getattr(entry[1], _MARK))
        return -1 if options.get("tryfirst") else 1 if options.get("trylast") else 0

    return sorted(found, key=rank)


async def run_startup_hooks(ctx: HookContext) -> list[SetupSummary]:
    """Let each plugin set up the environment; a summary for each.

    A plugin that fails, or takes longer than ``PREFECT_PLUGINS_SETUP_TIMEOUT_SECONDS``, is told of in its
    summary and passed over. With ``PREFECT_PLUGINS_STRICT`` it raises `SystemExit`; so does one whose result
    is `required` and empty. With ``PREFECT_PLUGINS_SAFE_MODE`` plugins are loaded and not called.
    """
    settings = active()
    logger = ctx.logger_factory("prefect.plugins")
    if not settings["plugins.enabled"]:
        logger.debug("Plugins are not enabled")
        return []
    summaries = [
        SetupSummary(name, {}, None, str(plugin) or type(plugin).__name__)
        for name, plugin in _loaded().items()
        if isinstance(plugin, Exception)
    ]
    if not settings["plugins.safe_mode"]:
        limit_s = settings["plugins.setup_timeout_seconds"]
        summaries += [await _set_up(name, hook, ctx, limit_s) for name, hook in _ordered(HOOKS[0])]
    for summary in summaries:
        if summary.error is None:
            logger.debug("Plugin %r is set up: %s", summary.plugin, summary.note or "done")
            continue
        logger.error("Plugin %r failed: %s", summary.plugin, summary.error)
        if settings["plugins.strict"]:
            raise SystemExit(f"Plugin {summary.plugin!r} failed: {summary.error}")
    return summaries


async def _set_up(name: str, hook: Callable[..., Any], ctx: HookContext, limit_s: float) -> SetupSummary:
    try:
        async with asyncio.timeout(limit_s):
            made = hook(ctx=ctx) if inspect.iscoroutinefunction(hook) else await _in_thread(hook, ctx)
            result = cast("SetupResult | None", await made if inspect.isawaitable(made) else made)
    except TimeoutError:
        return SetupSummary(name, {}, None, f"It took longer than {limit_s:g} seconds.")
    except Exception as error:  # noqa: BLE001 - hooks are of other packages: the summary tells
        return SetupSummary(name, {}, None, str(error) or type(error).__name__)
    if result is None:
        return SetupSummary(name, {}, None, None)
    if result.required and not result.env:
        return SetupSummary(name, {}, result.note, "It is required and sets nothing.")
    os.environ.update({key: str(value) for key, value in result.env.items()})
    return SetupSummary(
        name, {key: _shown(key, str(value)) for key, value in result.env.items()}, result.note, None
    )


async def _in_thread(hook: Callable[..., Any], ctx: HookContext) -> Any:
    return await asyncio.to_thread(hook, ctx=ctx)


def _shown(name: str, value: str) -> str:
    return "********" if any(word in name.lower() for word in _SECRET_WORDS) else value


def start() -> bool:
    """Run the startup hooks of this process, once; whether the environment has changed."""
    global _started
    with _lock:
        if _started:
            return False
        _started = True
    ctx = HookContext(__version__, active()["api.url"], get_logger)
    before = dict(os.environ)
    asyncutils.run_coro_as_sync(run_startup_hooks(ctx))
    if before == dict(os.environ):
        return False
    current.refresh()
    return True


def database_connection_params(connection_url: str, settings: Any) -> dict[str, Any]:
    """Further arguments of connections to the database, of all plugins; an error of theirs is logged."""
    arguments: dict[str, Any] = {}
    if not active()["plugins.enabled"] or active()["plugins.safe_mode"]:
        return arguments
    for name, hook in _ordered(HOOKS[1]):
        try:
            arguments.update(hook(connection_url=connection_url, settings=settings) or {})
        except Exception:  # noqa: BLE001 - of another package; the connection may work all the same
            get_logger("plugins").exception("Plugin %r could not say how to connect to the database", name)
    return arguments
