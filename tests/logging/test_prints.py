"""What runs print goes to their logs, and only theirs."""

from __future__ import annotations

import builtins
import contextvars
import io
import logging
import threading

import pytest

from prefect.logging.prints import patch_print, print_as_log


@pytest.fixture
def records():
    kept: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = kept.append  # type: ignore[method-assign]
    logger = logging.getLogger("prefect")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield kept
    logger.removeHandler(handler)
    logger.setLevel("NOTSET")


def test_prints_of_runs_are_logged(records, capsys, flow_context, task_context):
    with flow_context(log_prints=True), patch_print():
        print("a", 1)
        print("b", "c", sep="-", end="!\n")
        print("100 %s %d")
        print()
        with task_context(log_prints=True):
            print("t")
        with task_context(log_prints=False):
            print("to the terminal")
    assert [(r.name, r.getMessage()) for r in records] == [
        ("prefect.flow_runs", "a 1"),
        ("prefect.flow_runs", "b-c!"),
        ("prefect.flow_runs", "100 %s %d"),
        ("prefect.flow_runs", ""),
        ("prefect.task_runs", "t"),
    ]
    assert capsys.readouterr().out == "to the terminal\n"


def test_prints_into_files_are_prints(records, flow_context):
    file = io.StringIO()
    with flow_context(log_prints=True), patch_print():
        print("x", file=file)
        with pytest.raises(TypeError):
            print("x", color="red")  # type: ignore[call-overload]
    assert file.getvalue() == "x\n"
    assert records == []


def test_outside_of_runs_print_prints(records, capsys):
    with patch_print():
        print("x")
    print_as_log("y")
    print("z")
    assert capsys.readouterr().out == "x\ny\nz\n"
    assert records == []


def test_overlapping_runs_in_threads_do_not_disturb_each_other(records, capsys, flow_context):
    entered, go_on = threading.Barrier(3), threading.Barrier(3)

    def run(name: str, log_prints: bool) -> None:
        with flow_context(name, log_prints=log_prints), patch_print():
            entered.wait(5)
            print(name)
            go_on.wait(5)
        print(f"after {name}")

    names = [("one", True), ("two", True), ("quiet", False)]
    threads = [threading.Thread(target=contextvars.Context().run, args=(run, *name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((r.flow_run_name, r.getMessage()) for r in records) == [("one", "one"), ("two", "two")]  # type: ignore[attr-defined]
    assert sorted(capsys.readouterr().out.splitlines()) == ["after one", "after quiet", "after two", "quiet"]


def test_a_print_of_somebody_elses_is_left_alone(monkeypatch, flow_context):
    said: list[object] = []
    monkeypatch.setattr(builtins, "print", lambda *args, **_: said.extend(args))
    with flow_context(log_prints=True), patch_print():
        print("x")
    assert said == ["x"]
