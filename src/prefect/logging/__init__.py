"""Logs of runs: loggers that know their run, the lines on the console, the way of a line to the store."""

from prefect.logging.loggers import LogEavesdropper, disable_run_logger, get_logger, get_run_logger

__all__ = ["LogEavesdropper", "disable_run_logger", "get_logger", "get_run_logger"]
