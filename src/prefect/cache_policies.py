"""Cache policies: from what the key under which a task's result is found again is computed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from prefect._base import lazy
from prefect._engine.persist import keys
from prefect._engine.persist.digest import STABLE_TRANSFORMS, digest, stands_for
from prefect.exceptions import HashError

if TYPE_CHECKING:
    from prefect.context import TaskRunContext
    from prefect.filesystems import WritableFileSystem
    from prefect.locking.protocol import LockManager
    from prefect.transactions import IsolationLevel

CacheKeyFn = Callable[["TaskRunContext", dict[str, Any]], str | None]

_CONFIGURATION = {
    "key_storage": "storage locations",
    "isolation_level": "isolation levels",
    "lock_manager": "lock managers",
}


@dataclass
class CachePolicy:
    """Base of all policies. A subclass computes the key; policies are joined with ``+``.

    `key_storage` is where the records of cached results are kept (a path, a storage block or its
    ``type/name``), `isolation_level` whether runs of one key exclude each other, `lock_manager` by what
    means.
    """

    key_storage: WritableFileSystem | str | Path | None = None
    isolation_level: Literal["READ_COMMITTED", "SERIALIZABLE"] | IsolationLevel | None = None
    lock_manager: LockManager | None = None

    @classmethod
    def from_cache_key_fn(cls, cache_key_fn: CacheKeyFn) -> CacheKeyFnPolicy:
        """A policy whose key is what `cache_key_fn` returns for the task run's context and parameters."""
        return CacheKeyFnPolicy(cache_key_fn=cache_key_fn)

    def configure(
        self,
        key_storage: WritableFileSystem | str | Path | None = None,
        lock_manager: LockManager | None = None,
        isolation_level: Literal["READ_COMMITTED", "SERIALIZABLE"] | IsolationLevel | None = None,
    ) -> Self:
        """A copy of this policy with what is given here replaced."""
        given = {"key_storage": key_storage, "lock_manager": lock_manager, "isolation_level": isolation_level}
        return dataclasses.replace(
            self, **{name: value for name, value in given.items() if value is not None}
        )

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        """The key of a task run; None means that it is not cached.

        `inputs` are the run's parameters, `flow_parameters` those of the flow run around it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `compute_key`.")

    def __sub__(self, other: str) -> CachePolicy:
        """This policy without the parameter `other`; only policies that look at the inputs change."""
        _require_name(other)
        return self

    def __add__(self, other: CachePolicy) -> CachePolicy:
        """A policy whose key changes whenever one of the two keys does."""
        if not isinstance(other, CachePolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        if isinstance(other, _None):
            return self
        if isinstance(self, _None):
            return other
        return CompoundCachePolicy(policies=[*_members(self), *_members(other)], **_common(self, other))


def _members(policy: CachePolicy) -> list[CachePolicy]:
    return policy.policies if isinstance(policy, CompoundCachePolicy) else [policy]


def _common(left: CachePolicy, right: CachePolicy) -> dict[str, Any]:
    """The configuration of two policies that are joined; raises `ValueError` where they disagree."""
    common: dict[str, Any] = {}
    for name, plural in _CONFIGURATION.items():
        ours, theirs = getattr(left, name), getattr(right, name)
        if ours is not None and theirs is not None and ours != theirs:
            raise ValueError(f"Cannot add CachePolicies with different {plural}: {ours!r} and {theirs!r}.")
        common[name] = theirs if ours is None else ours
    return common


def _require_name(name: object) -> None:
    if not isinstance(name, str):
        raise TypeError(f"Only the name of a parameter can be subtracted from a cache policy; got {name!r}.")


@dataclass
class CacheKeyFnPolicy(CachePolicy):
    """The key is what a function of the user returns; None means that the run is not cached."""

    cache_key_fn: CacheKeyFn | None = None

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        if self.cache_key_fn is None:
            return None
        return self.cache_key_fn(task_ctx, inputs)  # pyright: ignore[reportArgumentType]


@dataclass
class CompoundCachePolicy(CachePolicy):
    """The keys of several policies together. Members that look at the inputs are merged into one, kept
    last.
    """

    policies: list[CachePolicy] = field(default_factory=list[CachePolicy])

    def __post_init__(self) -> None:
        flat = [
            member for policy in self.policies for member in _members(policy) if not isinstance(member, _None)
        ]
        inputs = [policy for policy in flat if type(policy) is Inputs]
        others = [policy for policy in flat if type(policy) is not Inputs]
        self.policies = [*others, _merged(inputs)] if inputs else others

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        found = [
            policy.compute_key(task_ctx=task_ctx, inputs=inputs, flow_parameters=flow_parameters, **kwargs)
            for policy in self.policies
        ]
        found = [key for key in found if key is not None]
        return digest(found) if found else None

    def __sub__(self, other: str) -> CachePolicy:
        _require_name(other)
        if not any(isinstance(policy, Inputs) for policy in self.policies):
            return self
        return dataclasses.replace(self, policies=[policy - other for policy in self.policies])


@dataclass
class _None(CachePolicy):
    """No caching at all."""

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        return None


@dataclass
class TaskSource(CachePolicy):
    """The key changes with the source text of the task's function."""

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any] | None,
        flow_parameters: dict[str, Any] | None,
        **kwargs: Any,
    ) -> str | None:
        if task_ctx is None:
            return None
        return keys.source_hash(task_ctx.task)


@dataclass
class FlowParameters(CachePolicy):
    """The key changes with the parameters of the flow run."""

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        return _hash_values("flow parameter", flow_parameters) if flow_parameters else None


@dataclass
class RunId(CachePolicy):
    """The key is the id of the flow run; of the task run where there is no flow."""

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        if task_ctx is None:
            return None
        run = getattr(task_ctx, "run", None) or task_ctx.task_run
        return str(run.flow_run_id or run.id)


@dataclass
class Inputs(CachePolicy):
    """The key changes with the arguments of the task, `exclude` left out. Different tasks never share a key.

    A subclass with ``shared = True`` drops the last: equal arguments then give equal keys, whatever the task.
    """

    exclude: list[str] = field(default_factory=list[str])

    shared: ClassVar[bool] = False

    def compute_key(
        self,
        task_ctx: TaskRunContext | None,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str | None:
        if not inputs:
            return None
        owner = None if self.shared or task_ctx is None else keys.task_identity(task_ctx.task)
        values = {name: stands_for(value) for name, value in inputs.items() if name not in self.exclude}
        return _hash_values("task input", values, owner)

    def __sub__(self, other: str) -> CachePolicy:
        _require_name(other)
        if other in self.exclude:
            return self
        return dataclasses.replace(self, exclude=[*self.exclude, other])


def _merged(policies: list[Inputs]) -> Inputs:
    """One policy that leaves out what any of `policies` leaves out."""
    if len(policies) == 1:
        return policies[0]
    return Inputs(exclude=sorted({name for policy in policies for name in policy.exclude}))


def _hash_values(what: str, values: dict[str, Any], owner: str | None = None) -> str:
    """The fingerprint of named values. Raises `ValueError` naming those that have none."""
    try:
        return digest(owner, values)
    except Exception as error:
        bad = [name for name, value in values.items() if not _hashable(value)]
        listed = (
            ", ".join(f"`{name}` ({type(values[name]).__name__})" for name in bad) or "the values together"
        )
        raise ValueError(
            f"No cache key can be computed: {what} {listed} cannot be fingerprinted ({error}). "
            'Leave it out of the key with `policy - "name"`, compute the key yourself with '
            "`cache_key_fn`, or turn "
            "caching off with `cache_policy=NO_CACHE`."
        ) from error


def _hashable(value: Any) -> bool:
    try:
        digest(value)
    except Exception:  # noqa: BLE001 - the user's objects may raise anything while they are taken apart
        return False
    return True


INPUTS = Inputs()
NONE = _None()
NO_CACHE = _None()
TASK_SOURCE = TaskSource()
FLOW_PARAMETERS = FlowParameters()
RUN_ID = RunId()
DEFAULT = INPUTS + TASK_SOURCE + RUN_ID

__getattr__, __dir__ = lazy.names(
    __name__,
    {
        "hash_objects": "prefect.utilities.hashing:hash_objects",
        "TaskRunContext": "prefect.context:TaskRunContext",
        "get_logger": "prefect.logging.loggers:get_logger",
    },
)

__all__ = [
    "CachePolicy",
    "CacheKeyFnPolicy",
    "CompoundCachePolicy",
    "Inputs",
    "TaskSource",
    "FlowParameters",
    "RunId",
    "INPUTS",
    "TASK_SOURCE",
    "FLOW_PARAMETERS",
    "RUN_ID",
    "DEFAULT",
    "NO_CACHE",
    "NONE",
    "STABLE_TRANSFORMS",
    "HashError",
]
