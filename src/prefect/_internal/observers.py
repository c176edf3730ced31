"""The path under which the observer of cancellations is found."""

from prefect._fleet.observing import FlowRunCancellingObserver, OnCancellingCallback, OnFailureCallback

__all__ = ["FlowRunCancellingObserver", "OnCancellingCallback", "OnFailureCallback"]
