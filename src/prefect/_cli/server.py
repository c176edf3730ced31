"""``prefect server``: run the API in this process or in the background, stop it, ask whether it is there."""

from __future__ import annotations

import ipaddress
import os
import sys
import time
from collections.abc import Mapping
from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.version import __version__
from prefect._cli import database, render, server_services
from prefect._cli.background import EVERY_S, Background
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import FAILED, CommandError

settings: Any = lazy.module("prefect.settings")
logs: Any = lazy.module("prefect.logging.configuration")
tls: Any = lazy.module("prefect._api.tls")
serving: Any = lazy.module("prefect._api.serve")
processes: Any = lazy.module("prefect._api.processes")
stores: Any = lazy.module("prefect._store.current")
transport: Any = lazy.module("prefect._link.transport")
refusals: Any = lazy.module("prefect._link.refusals")
httpx: Any = lazy.module("httpx")

app = Group("server", "Run the server, and look after it.")
server_services.add_to(app)
database.add_to(app)

# what the settings call the loops that the options of the same name switch off
_SERVICES = {
    "scheduler": "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED",
    "late_runs": "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED",
    "analytics": "PREFECT_SERVER_ANALYTICS_ENABLED",
    "ui": "PREFECT_SERVER_UI_ENABLED",
}


@app.command("start")
def start(
    *,
    host: Annotated[str | None, Flag(help="The address to listen on.")] = None,
    port: Annotated[int | None, Flag(help="The port to listen on.")] = None,
    keep_alive_timeout: Annotated[
        int | None, Flag(help="Seconds for which an idle connection stays open.")
    ] = None,
    log_level: Annotated[str | None, Flag(help="What the server tells of itself.")] = None,
    scheduler: Annotated[bool | None, Flag(help="Whether to schedule runs.")] = None,
    analytics: Annotated[
        bool | None,
        Flag("--analytics-on", off=("--analytics-off",), help="No effect: nothing is ever sent home."),
    ] = None,
    late_runs: Annotated[bool | None, Flag(help="Whether to mark runs that are late.")] = None,
    ui: Annotated[bool | None, Flag(help="Whether to serve the web UI.")] = None,
    no_services: Annotated[bool, Flag("--no-services", off=(), help="Answer requests only.")] = False,
    background: Annotated[
        bool, Flag("--background", "-b", off=("--no-background",), help="Run it apart from this terminal.")
    ] = False,
    workers: Annotated[int, Flag(help="How many processes serve; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Start the server."""
    if workers < 1:
        raise CommandError("At least one process has to serve: --workers 1.")
    _put(host=host, port=port, log_level=log_level, keep_alive_timeout=keep_alive_timeout)
    given = {"scheduler": scheduler, "late_runs": late_runs, "analytics": analytics, "ui": ui}
    os.environ.update({_SERVICES[name]: str(on).lower() for name, on in given.items() if on is not None})
    settings.refresh()
    values = settings.active()
    if workers > 1 and not stores.is_shared(stores.named()):
        raise CommandError(
            "Several processes cannot serve one SQLite database. Start with --workers 1, or let"
            " PREFECT_SERVER_DATABASE_CONNECTION_URL name a PostgreSQL database."
        )
    if background:
        _start_in_background(values, no_services, workers)
    else:
        _serve(values, no_services, workers)


def _put(
    *, host: str | None, port: int | None, log_level: str | None, keep_alive_timeout: int | None
) -> None:
    """Let options hold as settings, for this process and one that it starts."""
    given = {
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": port,
        "PREFECT_SERVER_LOGGING_LEVEL": None if log_level is None else log_level.upper(),
        "PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": keep_alive_timeout,
    }
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})


def _serve(values: Mapping[str, Any], no_services: bool, workers: int) -> None:
    host, port = values["server.api.host"], values["server.api.port"]
    try:
        tls.check()
    except tls.CertificateUnusable as error:
        raise CommandError(str(error)) from error
    try:
        listener = serving.listen(host, port)
    except serving.AddressUnavailable as error:
        is_ours = _process(values).running() is not None
        hint = " 'prefect server stop' ends the one in the background." if is_ours else ""
        raise CommandError(f"{error}{hint}") from error
    logs.ensure_logging_setup()
    if workers > 1:
        _serve_together(values, listener, no_services, workers)
    else:
        store = stores.store()
        _print_banner(values)
        _warn_if_open(values)
        serving.serve(store, listener, services=not no_services)
    render.line("Server stopped!")


def _serve_together(values: Mapping[str, Any], listener: Any, no_services: bool, workers: int) -> None:
    stores.store().close()  # brings the schema up to date once; each process opens the database for itself
    stores.reset()
    _print_banner(values)
    _warn_if_open(values)

    def serve(shared: Any, does_services: bool) -> None:
        serving.serve(stores.store(), shared, services=does_services and not no_services)

    try:
        processes.Processes(workers, listener, serve).run()
    except processes.ProcessesFailed as error:
        raise CommandError(str(error)) from error


def _print_banner(values: Mapping[str, Any]) -> None:
    url = _url(values)
    render.line(f"Prefect server {__version__}")
    render.line(f"  API:   {url}")
    render.line(f"  Docs:  {url.removesuffix('/api')}/docs")
    if values["api.url"] != url:
        render.line(f"Programs find it with: prefect config set PREFECT_API_URL={url}")
    sys.stdout.flush()


def _warn_if_open(values: Mapping[str, Any]) -> None:
    """Say so when whoever reaches this machine may use the server."""
    host: str = values["server.api.host"]
    if values["server.api.auth_string"] or host == "localhost" or _is_loopback(host):
        return
    render.warning(
        f"Everybody who can reach {host} may use this server. To ask for a secret, set"
        " PREFECT_SERVER_API_AUTH_STRING=user:password here, and PREFECT_API_AUTH_STRING for its clients."
    )
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(values: Mapping[str, Any]) -> str:
    host: str = values["server.api.host"]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    path = values["server.api.base_path"] or "/api"
    scheme = "https" if tls.is_on() else "http"
    return f"{scheme}://{shown}:{values['server.api.port']}/{path.strip('/')}"


# -- in the background -----------------------------------------------------------------------------


def _process(values: Mapping[str, Any]) -> Background:
    return Background(values["home"], "server")


def _start_in_background(values: Mapping[str, Any], no_services: bool, workers: int) -> None:
    process = _process(values)
    if process.running() is not None:
        raise CommandError("A server runs in the background already. 'prefect server stop' ends it.")
    url = _url(values)
    words = ["server", "start", *(["--no-services"] if no_services else [])]
    # that it is the one just started needs no proof
    process.start(words, lambda: _answers(url, False))
    render.success(f"The server is running in the background at {url}. 'prefect server stop' ends it.")


@app.command("stop")
def stop() -> None:
    """Stop the server that runs in the background."""
    if _process(settings.active()).stop():
        render.success("Server stopped!")
    else:
        render.line("No server is running in the background.")


# -- whether it is there ---------------------------------------------------------------------------


@app.command("status")
def status(
    *,
    wait: Annotated[bool, Flag(help="Wait until it is there.")] = False,
    timeout: Annotated[int, Flag("--timeout", "-t", help="Seconds to wait at most; 0 means for ever.")] = 0,
    output: Output = None,
) -> None:
    """Say whether the server is available."""
    as_json = render.wants_json(output)
    values = settings.active()
    url: str = (values["api.url"] or _url(values)).rstrip("/")
    until = time.monotonic() + timeout
    while not _answers(url, _verification(values)):
        if not wait or (timeout and time.monotonic() > until):
            if as_json:
                render.json_value({"status": "unavailable", "api_url": url, "server_version": None})
                raise SystemExit(FAILED)
            raise CommandError(f"No server answers at {url}. 'prefect server start' starts one.")
        time.sleep(EVERY_S)
    headers = transport.credentials(values)
    told = httpx.get(f"{url}/admin/version", headers=headers, verify=_verification(values))
    version = told.json() if told.status_code == 200 else None
    if as_json:
        render.json_value({"status": "available", "api_url": url, "server_version": version})
        return
    render.success("Server is available.")
    render.line(f"  API URL: {url}")
    if version is not None:
        render.line(f"  Version: {version}")
    else:
        why = refusals.refusal(told.status_code, told.content, None)
        render.warning(f"It does not answer requests from here: {why}")


def _verification(values: Mapping[str, Any]) -> Any:
    return transport.verification(values)


def _answers(url: str, verify: Any = False) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2, verify=verify).status_code == 200
    except (httpx.HTTPError, OSError):
        return False
