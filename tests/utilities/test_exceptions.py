"""The exceptions: names, bases, messages, and that they survive pickling."""

import json
import pickle
import subprocess
import sys

import httpx
import pytest

from prefect import exceptions
from prefect.exceptions import (
    EventTooLarge,
    FailedRun,
    MissingContextError,
    ObjectAlreadyExists,
    ObjectNotFound,
    ParameterBindError,
    ParameterTypeError,
    Pause,
    PausedRun,
    PrefectException,
    ScriptError,
    SignatureMismatchError,
    TerminationSignal,
)


def test_every_exception_says_something_without_a_message():
    for name, cls in vars(exceptions).items():
        if isinstance(cls, type) and issubclass(cls, PrefectException):
            assert cls.__doc__, name
    assert str(MissingContextError()) == "There is no active flow or task run context."
    assert str(MissingContextError("mine")) == "mine"


@pytest.mark.parametrize(
    "error",
    [
        ScriptError(ValueError("a"), "p.py"),
        EventTooLarge(3, 2),
        ObjectNotFound(ValueError("h")),
        ObjectNotFound(ValueError("h"), "look elsewhere"),
        ObjectAlreadyExists(ValueError("q")),
        PausedRun("a", state=1),
        ParameterBindError("m"),
        SignatureMismatchError.from_bad_params(["a"], ["b"]),
        TerminationSignal(15),
        Pause("x", state=3),
        MissingContextError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_survive_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), copy.args, list(vars(copy))) == (str(error), error.args, list(vars(error)))


def test_signals_are_not_caught_as_errors():
    for name in ("Abort", "Pause", "PrefectSignal", "ExternalSignal", "TerminationSignal"):
        cls = getattr(exceptions, name)
        assert not issubclass(cls, Exception)


def test_several_bases():
    assert issubclass(ParameterBindError, TypeError)
    assert issubclass(MissingContextError, RuntimeError)
    assert exceptions.FlowRunFailed is FailedRun


def test_not_found_says_what_was_asked_for():
    assert "deployments/name/x/y" in str(ObjectNotFound(RuntimeError("GET deployments/name/x/y: 404")))


def test_validation_errors_are_listed_by_parameter():
    import pydantic

    class Model(pydantic.BaseModel):
        count: int

    with pytest.raises(pydantic.ValidationError) as caught:
        Model(count="many")
    assert " - count: Input should be a valid integer" in str(
        ParameterTypeError.from_validation_error(caught.value)
    )


def test_the_http_error_carries_the_answer_and_survives_pickling():
    request = httpx.Request("GET", "http://host/x")
    response = httpx.Response(409, json={"detail": "taken"}, request=request)
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    error = exceptions.PrefectHTTPStatusError.from_httpx_error(caught.value)
    assert isinstance(error, httpx.HTTPStatusError)
    assert "taken" in str(error)
    assert exceptions.PrefectHTTPStatusError is type(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_ground_modules_import_nothing_heavy():
    modules = [
        "prefect.exceptions",
        "prefect.logging",
        "prefect.logging.configuration",
        "prefect.types",
        "prefect.utilities.annotations",
        "prefect.utilities.asyncutils",
        "prefect.utilities.callables",
        "prefect.utilities.collections",
        "prefect.utilities.hashing",
        "prefect.utilities.importtools",
        "prefect._internal.compatibility.async_dispatch",
    ]
    code = f"import sys, json\nfor m in {modules!r}: __import__(m)\nprint(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    heavy = {
        "pydantic",
        "httpx",
        "rich",
        "yaml",
        "fastapi",
        "cloudpickle",
        "anyio",
        "logging.config",
        "typer",
    }
    assert not heavy.intersection(loaded)
