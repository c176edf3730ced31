"""What a type checker makes of what stands around runs: contexts, runtime, tags, states."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_type

import prefect
from prefect import State, tags
from prefect.context import FlowRunContext, TaskRunContext, get_run_context
from prefect.runtime import deployment, flow_run, task_run
from prefect.states import Completed, Failed, is_state
from prefect.testing.utilities import prefect_test_harness


def runtime() -> None:
    assert_type(flow_run.id, str | None)
    assert_type(flow_run.tags, list[str])
    assert_type(flow_run.parameters, dict[str, Any])
    assert_type(flow_run.scheduled_start_time, datetime)
    assert_type(task_run.run_count, int)
    assert_type(deployment.parameters, dict[str, Any])
    assert_type(prefect.__version__, str)


def contexts() -> None:
    assert_type(get_run_context(), FlowRunContext | TaskRunContext)
    assert_type(FlowRunContext.get(), FlowRunContext | None)
    assert_type(TaskRunContext.get(), TaskRunContext | None)
    with tags("a", "b") as current:
        assert_type(current, set[str])
    with prefect_test_harness():
        pass


def states() -> None:
    assert_type(Completed(data=1), State[Any])
    assert_type(Failed(message="no").is_failed(), bool)
    assert_type(is_state(1), bool)
