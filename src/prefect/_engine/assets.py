"""Assets: what tasks make outside of the orchestrator, and what is told of it."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from prefect._base import clock, ids, jsontext
from prefect._base.drive import drive
from prefect._base.state import StateType
from prefect._engine import asset_scope, scope
from prefect._engine.calls import link_at_hand
from prefect._engine.context_model import ContextModel
from prefect._wire.common import PrefectBaseModel
from prefect._wire.operation import named
from prefect.logging.loggers import get_run_logger
from prefect.types.names import validate_valid_asset_key

if TYPE_CHECKING:
    from prefect._base.state import StateValue
    from prefect._engine.task import TaskRunEngine
    from prefect._wire.states import State
    from prefect.context import FlowRunContext, TaskRunContext
    from prefect.tasks import Task

MAX_ASSET_DESCRIPTION_LENGTH = 2500
Json = dict[str, Any]


class AssetProperties(PrefectBaseModel):
    """What people want to know of an asset; `url` is a page about it."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    url: str | None = None
    description: str | None = Field(default=None, max_length=MAX_ASSET_DESCRIPTION_LENGTH)
    owners: list[str] | None = None


class Asset(PrefectBaseModel):
    """Something that tasks make or use: a table, a file, a model. `key` is its address, ``scheme://...``."""

    model_config = ConfigDict(frozen=True)

    key: Annotated[str, AfterValidator(validate_valid_asset_key)]
    properties: AssetProperties | None = None

    def __repr__(self) -> str:
        return f"Asset(key={self.key!r})"

    def __hash__(self) -> int:
        return hash(self.key)

    def add_metadata(self, metadata: dict[str, Any]) -> None:
        """:func:`add_asset_metadata` of this asset."""
        add_asset_metadata(self, metadata)


def as_asset(given: str | Asset) -> Asset:
    """The asset itself, or the one of that key."""
    return Asset(key=given) if isinstance(given, str) else given


def add_asset_metadata(asset: str | Asset, metadata: dict[str, Any]) -> None:
    """Tell something of an asset that the task at hand makes; repeated calls add to each other.

    Raises `RuntimeError` outside of tasks that make assets, `ValueError` for an asset that is not the task's.
    """
    context = AssetContext.get()
    if context is None and scope.task_scope.get() is not None:
        context = AssetContext()
    if context is None:
        raise RuntimeError("Asset metadata can only be added inside a task run.")
    context.add_asset_metadata(asset if isinstance(asset, str) else asset.key, metadata)


# ------------------------------------------------------------------ around a run


class AssetContext(ContextModel):
    """The assets that the task run at hand has to do with."""

    direct_asset_dependencies: set[Asset] = Field(default_factory=set[Asset])
    downstream_assets: set[Asset] = Field(default_factory=set[Asset])
    upstream_assets: set[Asset] = Field(default_factory=set[Asset])
    materialized_by: str | None = None
    task_run_id: UUID | None = None
    materialization_metadata: dict[str, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    copy_to_child_ctx: bool = False

    __var__: ClassVar[ContextVar[Any]] = asset_scope.current

    @classmethod
    def from_task_and_inputs(
        cls,
        task: Task[..., Any],
        task_run_id: UUID,
        task_inputs: Mapping[str, Iterable[Any]] | None = None,
        copy_to_child_ctx: bool = False,
    ) -> Self:
        """The context of a run: the assets of its task, and those that its inputs came from."""
        flow_context = scope.flow_scope.get()
        tracked: dict[str, set[Asset]] = flow_context.task_run_assets if flow_context is not None else {}
        upstream: set[Asset] = set()
        for inputs in (task_inputs or {}).values():
            for each in inputs:
                upstream |= tracked.get(str(getattr(each, "id", "")), set())
        return cls(
            direct_asset_dependencies={as_asset(asset) for asset in task.asset_deps},
            downstream_assets={as_asset(asset) for asset in getattr(task, "assets", ())},
            upstream_assets=upstream,
            materialized_by=getattr(task, "materialized_by", None),
            task_run_id=task_run_id,
            copy_to_child_ctx=copy_to_child_ctx,
        )

    def add_asset_metadata(self, asset_key: str, metadata: dict[str, Any]) -> None:
        """Tell something of one of the assets that are made; `ValueError` for any other."""
        if asset_key not in {asset.key for asset in self.downstream_assets}:
            raise ValueError(
                f"The task does not make {asset_key!r}; metadata can be added to the assets that "
                "`@materialize` names."
            )
        known = self.materialization_metadata.get(asset_key, {})
        self.materialization_metadata[asset_key] = known | metadata

    def update_tracked_assets(self) -> None:
        """Have the flow run know what a result of this run came from: its assets, else those before it."""
        flow_context = scope.flow_scope.get()
        made = self.downstream_assets or (self.upstream_assets | self.direct_asset_dependencies)
        if flow_context is not None and self.task_run_id is not None and made:
            flow_context.task_run_assets[str(self.task_run_id)] = made

    @staticmethod
    def asset_as_resource(asset: Asset) -> dict[str, str]:
        """The labels by which events speak of `asset`."""
        labels = {"prefect.resource.id": asset.key}
        told = asset.properties
        if told is not None:
            named_labels = {
                "prefect.resource.name": told.name,
                "prefect.asset.description": told.description,
                "prefect.asset.url": told.url,
                "prefect.asset.owners": jsontext.dumps(told.owners) if told.owners else None,
            }
            labels |= {label: value for label, value in named_labels.items() if value}
        return labels

    @staticmethod
    def asset_as_related(asset: Asset) -> dict[str, str]:
        """The labels of `asset` where an event is about another."""
        return {"prefect.resource.id": asset.key, "prefect.resource.role": "asset"}

    @staticmethod
    def related_materialized_by(by: str) -> dict[str, str]:
        """The labels of the tool that made an asset."""
        return {"prefect.resource.id": by, "prefect.resource.role": "asset-materialized-by"}

    def events(self, state: State[Any] | StateValue) -> list[Json]:
        """What there is to tell once the run has ended in `state`; nothing when its result was reused."""
        if not self.downstream_assets or state.name == "Cached":
            return []
        outcome = {StateType.COMPLETED: "succeeded", StateType.FAILED: "failed"}.get(state.type)
        if outcome is None:
            return []
        used = sorted(self.upstream_assets | self.direct_asset_dependencies, key=lambda asset: asset.key)
        around = _related()
        sources = [self.asset_as_related(asset) for asset in used]
        if self.materialized_by:
            sources.append(self.related_materialized_by(self.materialized_by))
        told = [_event("prefect.asset.referenced", self.asset_as_resource(asset), around) for asset in used]
        for asset in sorted(self.downstream_assets, key=lambda asset: asset.key):
            name = f"prefect.asset.materialization.{outcome}"
            metadata = self.materialization_metadata.get(asset.key)
            told.append(_event(name, self.asset_as_resource(asset), [*sources, *around], metadata))
        return told

    def emit_events(self, state: State[Any]) -> None:
        """Tell what the run, which has ended in `state`, made and used."""
        events = self.events(state)
        if events:
            drive(link_at_hand().call(named("events.create"), body=events))

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """The context as a dictionary, whose sets are lists."""
        data = self.model_dump(mode="json", exclude_unset=True)
        data["materialization_metadata"] = self.materialization_metadata
        return data


def _event(
    name: str, resource: dict[str, str], related: list[dict[str, str]], payload: Json | None = None
) -> Json:
    return {
        "id": ids.new_id(),
        "occurred": clock.to_iso(clock.system.now_us()),
        "event": name,
        "resource": resource,
        "related": related,
        "payload": jsontext.loads(jsontext.dumps(payload or {})),
    }


def _related() -> list[dict[str, str]]:
    """The runs at hand, their flow and their tags, as events name them."""
    flow, task = scope.flow_scope.get(), scope.task_scope.get()
    found: list[dict[str, str]] = []
    tags: set[str] = set()
    if flow is not None:
        found.append(_resource("flow-run", flow.run.id, flow.run.name))
        tags |= set(flow.run.tags)
    if task is not None:
        found.append(_resource("task-run", task.run.id, task.run.name))
        tags |= set(jsontext.loads(task.run.tags_json))
    if flow is not None:
        found.append(_resource("flow", flow.run.data["flow_id"], flow.run.flow_name))
    return found + [_resource("tag", tag, None) for tag in sorted(tags)]


def _resource(role: str, id_: str, name: str | None) -> dict[str, str]:
    labels = {"prefect.resource.id": f"prefect.{role}.{id_}", "prefect.resource.role": role}
    return labels if name is None else {**labels, "prefect.resource.name": name}


# ------------------------------------------------------------------ in the engine


@contextlib.contextmanager
def around(
    task: Task[..., Any], context: TaskRunContext, flow_context: FlowRunContext | None
) -> Generator[AssetContext]:
    """Run the body, a task run, with its assets at hand."""
    run_id = UUID(context.run.id)
    outer = AssetContext.get()
    if outer is not None and (outer.copy_to_child_ctx or outer.task_run_id == run_id):
        own = outer.model_copy(update={"task_run_id": run_id, "copy_to_child_ctx": False})
    else:
        own = AssetContext.from_task_and_inputs(task, run_id, _inputs(context.run.inputs_json))
    own.update_tracked_assets()
    with own:
        yield own


class _Input:
    __slots__ = ("id",)

    def __init__(self, id: str) -> None:
        self.id = id


def _inputs(inputs_json: str) -> dict[str, list[_Input]]:
    return {
        name: [_Input(each["id"]) for each in edges] for name, edges in jsontext.loads(inputs_json).items()
    }


async def attempts(engine: TaskRunEngine, context: TaskRunContext) -> StateValue:
    """Bring a run that has to do with assets to its end, and tell of them."""
    with around(engine.task, context, engine.flow_context) as assets:
        state = await engine.attempts(context)
        events = assets.events(state)
        if events:
            try:
                await engine.link.call(named("events.create"), body=events)
            except Exception:  # noqa: BLE001 - the run has ended, whether this is told or not
                get_run_logger().exception("What was made of assets could not be told:")
        return state


def packed(asset_ctx_kwargs: dict[str, Any]) -> dict[str, Any]:
    """The assets of a run that is handed to another process, as a dictionary."""
    context = AssetContext.from_task_and_inputs(**asset_ctx_kwargs)
    context.update_tracked_assets()
    return context.serialize()


def unpacked(data: dict[str, Any]) -> AssetContext:
    """The context that :func:`packed` packed, to be entered."""
    return AssetContext.model_validate(data)


for _public in (Asset, AssetProperties, add_asset_metadata):
    _public.__module__ = "prefect.assets.core"
AssetContext.__module__ = "prefect.context"
