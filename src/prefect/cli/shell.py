"""The flow behind ``prefect shell``, which deployments of commands name as their entrypoint."""

from __future__ import annotations

from prefect._cli.shell_flow import run_shell_process

__all__ = ["run_shell_process"]
