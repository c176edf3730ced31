"""Typed inputs: what a paused run asks for and what runs send to each other, as models."""

from __future__ import annotations

import copy
import inspect
import re
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr, create_model

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect.input import actions

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect._wire.inputs import FlowRunInput
    from prefect._wire.states import State
    from prefect.input._receiving import GetAutomaticInputHandler, GetInputHandler

choose: Any = lazy.module("prefect._link.choose")
receiving: Any = lazy.module("prefect.input._receiving")

T = TypeVar("T")
R = TypeVar("R", bound="BaseRunInput")

Keyset: TypeAlias = dict[Literal["description"] | Literal["response"] | Literal["schema"], str]
_SENDER = "prefect.flow-run."
_NOT_IN_KEYS = re.compile(r"[^a-z0-9_-]+")


def keyset_from_base_key(base_key: str) -> Keyset:
    """The keys under which a question (schema and description) and its answer are kept."""
    return {
        "description": f"{base_key}-description",
        "response": f"{base_key}-response",
        "schema": f"{base_key}-schema",
    }


def keyset_from_paused_state(state: State[Any]) -> Keyset:
    """The keys of what a run asks for in a paused state. Raises `RuntimeError` for another state."""
    if not state.is_paused():
        raise RuntimeError(f"Only a paused run asks for something; this one is {state.name}.")
    return keyset_from_base_key(f"{str(state.name).lower()}-{state.state_details.pause_key}")


class RunInputMetadata(BaseModel):
    """Where an input came from: its key, who sent it (if anybody did), and the flow run that received it."""

    key: str
    sender: str | None = None
    receiver: UUID


class BaseRunInput(BaseModel):
    """What all inputs have in common. Fields that it does not have are refused."""

    model_config = ConfigDict(extra="forbid")

    _description: ClassVar[str | None] = None
    _metadata: RunInputMetadata | None = PrivateAttr(default=None)

    @property
    def metadata(self) -> RunInputMetadata:
        """Where this input came from. Raises `RuntimeError` for one that was made here."""
        if self._metadata is None:
            raise RuntimeError("This input was made here, not received: it has no key and no sender.")
        return self._metadata

    @classmethod
    def keyset_from_type(cls) -> Keyset:
        """The keys that go with this class."""
        return keyset_from_base_key(base_key(cls))

    @classmethod
    async def asave(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
        """Store what this class asks for with a run: its schema, and its description if it has one."""
        await cls.ask(choose.awaiting(), keyset, flow_run_id)

    @classmethod
    @async_dispatch(asave)
    def save(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
        """Store what this class asks for with a run: its schema, and its description if it has one."""
        drive(cls.ask(choose.blocking(), keyset, flow_run_id))

    @classmethod
    async def aload(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Any:
        """The answer that the run got. Raises `pydantic.ValidationError` if it does not fit."""
        return await cls.answered(choose.awaiting(), keyset, flow_run_id)

    @classmethod
    @async_dispatch(aload)
    def load(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> Any:
        """The answer that the run got. Raises `pydantic.ValidationError` if it does not fit."""
        return drive(cls.answered(choose.blocking(), keyset, flow_run_id))

    @classmethod
    def load_from_flow_run_input(cls, flow_run_input: FlowRunInput) -> Self:
        """The input that was received, as an instance of this class."""
        found = cls.model_validate(flow_run_input.decoded_value)
        found._metadata = RunInputMetadata(
            key=flow_run_input.key, sender=flow_run_input.sender, receiver=flow_run_input.flow_run_id
        )
        return found

    @classmethod
    def with_initial_data(cls, description: str | None = None, **kwargs: Any) -> type[Self]:
        """This class with other defaults, shown in forms, and with a description (Markdown) of what is asked.

        Raises `ValueError` for a field that there is not.
        """
        fields: dict[str, Any] = {}
        for name, value in kwargs.items():
            if name not in cls.model_fields:
                raise ValueError(f"{cls.__name__} has no field {name!r}.")
            field = copy.copy(cls.model_fields[name])
            field.default, field.default_factory = value, None
            fields[name] = (cls.model_fields[name].annotation, field)
        made = create_model(cls.__name__, __base__=cls, __doc__=cls.__doc__, **fields)
        made.__module__, made.__qualname__ = cls.__module__, cls.__qualname__
        if description is not None:
            made._description = description
        return made

    async def arespond(
        self, run_input: Any, sender: str | None = None, key_prefix: str | None = None
    ) -> None:
        """Send an input to the run that sent this one."""
        await receiving.send(choose.awaiting(), run_input, self._origin(), sender, key_prefix)

    @async_dispatch(arespond)
    def respond(self, run_input: Any, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send an input to the run that sent this one. In async code it returns a coroutine."""
        drive(receiving.send(choose.blocking(), run_input, self._origin(), sender, key_prefix))

    async def asend_to(
        self, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
    ) -> None:
        """Send this input to a flow run."""
        await receiving.send(choose.awaiting(), self, flow_run_id, sender, key_prefix)

    @async_dispatch(asend_to)
    def send_to(self, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send this input to a flow run. In async code it returns a coroutine."""
        drive(receiving.send(choose.blocking(), self, flow_run_id, sender, key_prefix))

    # -- the same, for either way of waiting ------------------------------------------------------

    @classmethod
    async def ask(cls, link: Link, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
        """Store the question; see `save`."""
        await actions.put(link, keyset["schema"], cls.model_json_schema(by_alias=True), flow_run_id)
        if cls._description is not None:
            await actions.put(link, keyset["description"], cls._description, flow_run_id)

    @classmethod
    async def answered(cls, link: Link, keyset: Keyset, flow_run_id: UUID | None = None) -> Any:
        """The answer; see `load`."""
        run_id = actions.ensure_flow_run_id(flow_run_id)
        value = await actions.read(link, keyset["response"], run_id)
        if value is None:
            raise RuntimeError(
                f"The flow run went on without an answer: it has no input {keyset['response']!r}."
            )
        found = cls.model_validate(value)
        found._metadata = RunInputMetadata(key=keyset["response"], sender=None, receiver=run_id)
        return found.answer()

    def answer(self) -> Any:
        """What the code that asked gets."""
        return self

    def _origin(self) -> UUID:
        sender = self.metadata.sender
        if sender is None or not sender.startswith(_SENDER):
            raise RuntimeError(
                f"An answer can be sent to a flow run only; this input was sent by {sender!r}."
            )
        return UUID(sender.removeprefix(_SENDER))


class RunInput(BaseRunInput):
    """A typed input: derive from it, and give it fields.

    ``pause_flow_run(wait_for_input=Cls)`` asks for one, ``Cls(...).send_to(flow_run_id)`` sends one,
    ``Cls.receive()`` receives those that are sent to the run at hand.
    """

    @classmethod
    def receive(
        cls,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        key_prefix: str | None = None,
        flow_run_id: UUID | None = None,
    ) -> GetInputHandler[Self]:
        """The inputs of this class that are sent to the run; see `receive_input`."""
        return receiving.GetInputHandler(
            run_input_cls=cls,
            key_prefix=key_prefix or auto_prefix(cls),
            timeout=timeout,
            poll_interval=poll_interval,
            raise_timeout_error=raise_timeout_error,
            exclude_keys=exclude_keys,
            flow_run_id=flow_run_id,
        )

    @classmethod
    def subclass_from_base_model_type(cls, model_cls: type[BaseModel]) -> type[RunInput]:
        """An input with the fields of a pydantic model."""
        made = type(f"{model_cls.__name__}RunInput", (RunInput, model_cls), {"__doc__": model_cls.__doc__})
        made.__module__ = model_cls.__module__
        return cast("type[RunInput]", made)


class AutomaticRunInput(BaseRunInput, Generic[T]):
    """An input of any type, such as a number or a list: wrapped in a field, unwrapped for the receiver."""

    value: T

    @classmethod
    def subclass_from_type(cls, _type: type[T]) -> type[AutomaticRunInput[T]]:
        """The input that holds a value of that type."""
        name = f"{getattr(_type, '__name__', '')}{cls.__name__}"
        made: Any = create_model(
            name, __base__=AutomaticRunInput, __module__=cls.__module__, value=(_type, ...)
        )
        return made

    @classmethod
    def receive(
        cls,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        key_prefix: str | None = None,
        flow_run_id: UUID | None = None,
        with_metadata: bool = False,
    ) -> GetAutomaticInputHandler[T]:
        """The values of this type that are sent to the run; see `receive_input`."""
        return receiving.GetAutomaticInputHandler(
            run_input_cls=cls,
            key_prefix=key_prefix or auto_prefix(cls),
            timeout=timeout,
            poll_interval=poll_interval,
            raise_timeout_error=raise_timeout_error,
            exclude_keys=exclude_keys,
            flow_run_id=flow_run_id,
            with_metadata=with_metadata,
        )

    def answer(self) -> Any:
        """The bare value."""
        return self.value


def run_input_subclass_from_type(_type: Any) -> type[BaseRunInput]:
    """The input class for a type: the type itself, one with the fields of a model, or one for its values."""
    if inspect.isclass(_type):
        if issubclass(_type, BaseRunInput):
            return _type
        if issubclass(_type, BaseModel):
            return RunInput.subclass_from_base_model_type(_type)
    return cast("type[BaseRunInput]", AutomaticRunInput.subclass_from_type(_type))  # pyright: ignore[reportUnknownMemberType]


def base_key(cls: type[BaseRunInput]) -> str:
    """What keys of inputs of a class begin with."""
    return _NOT_IN_KEYS.sub("-", cls.__name__.lower())


def auto_prefix(cls: type[BaseRunInput]) -> str:
    """What the keys of inputs begin with that are sent without a key of their own."""
    return f"{base_key(cls)}-auto"


for _public in (RunInputMetadata, BaseRunInput, RunInput, AutomaticRunInput):
    _public.__module__ = "prefect.input.run_input"
for _function in (keyset_from_base_key, keyset_from_paused_state, run_input_subclass_from_type):
    _function.__module__ = "prefect.input.run_input"
