"""Every exception that users and integrations can meet, in one tree.

An exception that is raised without a message says its docstring.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

    import httpx
    from pydantic import ValidationError


def _rebuild(cls: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    exception = cls.__new__(cls, *args)
    exception.args = args
    exception.__dict__.update(state)
    return exception


def exception_traceback(exc: BaseException) -> str:
    """The traceback of an exception, printed into a text."""
    return "".join(traceback.format_exception(exc))


class PrefectException(Exception):
    """Something went wrong while a workflow was being run or managed."""

    def __str__(self) -> str:
        if self.args:
            return super().__str__()
        return (type(self).__doc__ or "").partition("\n")[0]

    def __reduce__(self) -> tuple[Any, ...]:
        # `args` is the message alone: what a constructor takes beside it comes back with the attributes
        return _rebuild, (type(self), self.args, self.__dict__.copy())


# ------------------------------------------------------------------ how runs end


class CrashedRun(PrefectException):
    """The run crashed: its process or infrastructure went away before the run could end."""


class CancelledRun(PrefectException):
    """The run was cancelled."""


class FailedRun(PrefectException):
    """The run failed, and its exception is not at hand."""


FlowRunFailed = FailedRun


class UnfinishedRun(PrefectException):
    """The run is not finished, so it has no result yet."""


class PausedRun(PrefectException):
    """The run is paused, so it has no result yet."""

    def __init__(self, *args: Any, state: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state


class MissingResult(PrefectException):
    """The result of the run was not kept. Set `persist_result=True` to keep results."""


class UpstreamTaskError(PrefectException):
    """A run that this task needs did not complete."""


class FlowPauseTimeout(PrefectException):
    """The paused flow run was not resumed in time."""


class NotPausedError(PrefectException):
    """The flow run is not paused, so it cannot be resumed."""


class FlowRunWaitTimeout(PrefectException):
    """The flow run did not finish within the time that the caller was willing to wait."""


class FlowRunWatchError(PrefectException):
    """The flow run could not be watched to its end."""


# ------------------------------------------------------------------ calling flows and tasks


class ParameterTypeError(PrefectException):
    """A parameter of a flow run has the wrong type."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    @classmethod
    def from_validation_error(cls, exc: ValidationError) -> Self:
        """Say which parameters are wrong, one line each."""
        lines = [f" - {'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()]
        return cls("\n".join(["Flow run received invalid parameters:", *lines]))


class ParameterBindError(TypeError, PrefectException):
    """The arguments of a call do not fit the function's parameters."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    __reduce__ = PrefectException.__reduce__

    @classmethod
    def from_bind_failure(
        cls, fn: Callable[..., Any], exc: TypeError, call_args: tuple[Any, ...], call_kwargs: dict[str, Any]
    ) -> Self:
        """Say what is wrong with the call, what the function takes, and what it was given."""
        name = getattr(fn, "__name__", type(fn).__name__)
        try:
            takes = f"{name}{_as_written(inspect.signature(fn))}"
        except (TypeError, ValueError):
            takes = f"{name}(...)"
        given = f"{len(call_args)} positional argument{'' if len(call_args) == 1 else 's'}"
        if call_kwargs:
            given += f" and {', '.join(f'{key}=' for key in call_kwargs)}"
        return cls(
            f"Error binding parameters for function {name!r}: {exc}. It takes {takes} and was given {given}."
        )


class _Annotation:
    """An annotation that was kept as text, shown without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _as_written(signature: inspect.Signature) -> inspect.Signature:
    def shown(annotation: Any) -> Any:
        return _Annotation(annotation) if isinstance(annotation, str) else annotation

    parameters = [each.replace(annotation=shown(each.annotation)) for each in signature.parameters.values()]
    return signature.replace(parameters=parameters, return_annotation=shown(signature.return_annotation))


class SignatureMismatchError(PrefectException, TypeError):
    """The names of the given parameters are not those of the function."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)

    @classmethod
    def from_bad_params(cls, expected_params: list[str], provided_params: list[str]) -> Self:
        """Name the expected and the given parameters."""
        return cls(f"The function's parameters are {expected_params}, but {provided_params} were given.")


class ReservedArgumentError(PrefectException, TypeError):
    """A function of a flow or task has a parameter whose name is reserved."""


class MappingLengthMismatch(PrefectException):
    """The iterables that are mapped over differ in length."""


class MappingMissingIterable(PrefectException):
    """A map call got no iterable to map over."""


class InvalidNameError(PrefectException, ValueError):
    """The name contains characters that are not allowed."""


class MissingContextError(PrefectException, RuntimeError):
    """There is no active flow or task run context."""


class HashError(PrefectException):
    """The objects can neither be written as JSON nor pickled, so they cannot be hashed."""


class SerializationError(PrefectException):
    """The object cannot be serialized."""


# ------------------------------------------------------------------ loading code


class MissingFlowError(PrefectException):
    """No flow of that name was found in the script."""


class UnspecifiedFlowError(PrefectException):
    """The script has several flows; say which one by its name."""


class ScriptError(PrefectException):
    """A script that was loaded raised an exception."""

    def __init__(self, user_exc: BaseException, path: str) -> None:
        super().__init__(f"Script at {str(path)!r} encountered an exception: {user_exc!r}")
        self.user_exc = user_exc


class PrefectImportError(ImportError):
    """A package that this feature needs is not installed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


# ------------------------------------------------------------------ what the API answers


def _answer(http_exc: BaseException) -> str:
    """What was asked for and how it was refused, with the reason where the answer has one."""
    line = str(http_exc).partition("\n")[0] or type(http_exc).__name__
    response: Any = getattr(http_exc, "response", None)
    try:
        detail: Any = None if response is None else response.json()["detail"]
    except (KeyError, TypeError, ValueError):  # an answer in another form
        return line
    return f"{line}: {detail}" if isinstance(detail, str) else line


class ObjectNotFound(PrefectException):
    """The object does not exist."""

    def __init__(
        self, http_exc: BaseException, help_message: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(help_message or f"The object does not exist: {_answer(http_exc)}", *args, **kwargs)
        self.http_exc = http_exc
        self.help_message = help_message

    def __str__(self) -> str:
        return str(self.args[0])


class ObjectAlreadyExists(PrefectException):
    """An object of that name or key exists already."""

    def __init__(self, http_exc: BaseException, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *(args or (f"The object exists already, or is in conflict with others: {_answer(http_exc)}",)),
            **kwargs,
        )
        self.http_exc = http_exc


class ObjectLimitReached(PrefectException):
    """No more objects of this kind are allowed."""

    def __init__(self, http_exc: BaseException, *args: Any, **kwargs: Any) -> None:
        super().__init__(*(args or (f"The limit is reached: {_answer(http_exc)}",)), **kwargs)
        self.http_exc = http_exc


class ObjectUnsupported(PrefectException):
    """The server does not support this kind of object."""

    def __init__(self, http_exc: BaseException, *args: Any, **kwargs: Any) -> None:
        super().__init__(*(args or (f"The server does not support it: {_answer(http_exc)}",)), **kwargs)
        self.http_exc = http_exc


class EventTooLarge(PrefectException):
    """The event is larger than events may be."""

    def __init__(self, size: int, maximum: int) -> None:
        super().__init__(f"Event is too large to emit ({size} > {maximum} bytes)")
        self.size = size
        self.maximum = maximum


# ------------------------------------------------------------------ settings, blocks, infrastructure


class ConfigurationError(PrefectException):
    """The configuration is not usable."""


class MissingProfileError(PrefectException, ValueError):
    """There is no profile of that name."""


class ProfileSettingsValidationError(PrefectException):
    """Settings of a profile are not valid."""

    def __init__(self, errors: list[tuple[Any, ValidationError]]) -> None:
        super().__init__(errors)
        self.errors = errors


class BlockMissingCapabilities(PrefectException):
    """The block cannot do what is asked of it."""


class ProtectedBlockError(PrefectException):
    """The block is protected and cannot be changed."""


class InvalidRepositoryURLError(PrefectException):
    """The address of the repository is not valid."""


class InfrastructureError(PrefectException):
    """The infrastructure of a run could not be managed."""


class InfrastructureNotFound(PrefectException):
    """The infrastructure of the run does not exist any more."""


class InfrastructureNotAvailable(PrefectException):
    """The infrastructure of the run cannot be reached from here."""


# ---------------------------------------------------------------- signals, which `except Exception` lets pass


class PrefectSignal(BaseException):
    """A message from the engine to a run, delivered as an exception."""


class Abort(PrefectSignal):
    """The orchestration does not allow this run to go on."""


class Pause(PrefectSignal):
    """The run pauses here."""

    def __init__(self, *args: Any, state: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state


class ExternalSignal(BaseException):
    """A signal from outside the process, delivered as an exception."""


class TerminationSignal(ExternalSignal):
    """The process was asked to end."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.signal = signal


# ------------------------------------------------------------------ the one that needs the HTTP library


def _http_status_error() -> type[Exception]:
    import httpx

    class PrefectHTTPStatusError(httpx.HTTPStatusError):
        """The API answered with an error; the message includes what it said."""

        @classmethod
        def from_httpx_error(cls, httpx_error: httpx.HTTPStatusError) -> Self:
            """Add the body of the answer to the error that the HTTP library raised."""
            response = httpx_error.response
            try:
                said = str(response.json())
            except ValueError:
                said = response.text
            first = str(httpx_error).partition("\n")[0]
            return cls(
                f"{first}\nResponse: {said}" if said else first,
                request=httpx_error.request,
                response=response,
            )

        def __reduce__(self) -> tuple[Any, ...]:
            return _rebuild_http_status_error, (str(self), self.request, self.response)

    PrefectHTTPStatusError.__module__ = __name__
    PrefectHTTPStatusError.__qualname__ = "PrefectHTTPStatusError"
    return PrefectHTTPStatusError


def _rebuild_http_status_error(message: str, request: httpx.Request, response: httpx.Response) -> Exception:
    cls: Any = __getattr__("PrefectHTTPStatusError")
    return cls(message, request=request, response=response)


def __getattr__(name: str) -> Any:
    if name == "PrefectHTTPStatusError":
        return globals().setdefault(name, _http_status_error())
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
