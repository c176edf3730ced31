"""The path under which integrations import the choice between a call and a coroutine."""

from prefect._base.dispatch import async_dispatch, is_async_caller

is_in_async_context = is_async_caller

__all__ = ["async_dispatch", "is_in_async_context"]
