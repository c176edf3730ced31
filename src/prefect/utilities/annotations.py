"""Marks on the arguments of a task call: how a value is mapped, searched and waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast

from prefect._base import lazy

json: Any = lazy.module("json")

T = TypeVar("T")


class BaseAnnotation(Generic[T]):
    """A value with a mark on it; equal to another of the same kind with an equal value."""

    __slots__ = ("value",)
    value: T

    def __init__(self, value: T) -> None:
        self.value = value

    def unwrap(self) -> T:
        """The value without the mark."""
        return self.value

    def rewrap(self, value: Any) -> Any:
        """The same mark on another value."""
        return type(self)(value)

    def __iter__(self) -> Iterator[T]:
        yield self.value

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        theirs: Any = cast("BaseAnnotation[Any]", other).value
        return self.value is theirs or self.value == theirs

    def __hash__(self) -> int:
        return hash((type(self), self.value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


class unmapped(BaseAnnotation[T]):
    """In a map call: hand the whole value to each child instead of iterating over it."""

    __slots__ = ()

    def __getitem__(self, _: object) -> T:
        """The value, whatever the index: it reads as an endless sequence of the same value."""
        return self.value


class allow_failure(BaseAnnotation[T]):
    """Go on even if the run behind this value failed: the task is given its exception for a result."""

    __slots__ = ()


class quote(BaseAnnotation[T]):
    """Hand over the value as it is: nothing in it is searched or resolved. Worth it for big data."""

    __slots__ = ()

    def unquote(self) -> T:
        """The value without the mark."""
        return self.value


class Quote(quote[T]):
    """The older spelling of :class:`quote`."""

    __slots__ = ()


class opaque(BaseAnnotation[T]):
    """Resolve the value itself if it is a future or a state, but do not search inside it."""

    __slots__ = ()


class freeze(BaseAnnotation[T]):
    """Pin a parameter of a deployment to this value, which must have a JSON form."""

    __slots__ = ()

    def __init__(self, value: T) -> None:
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"A frozen value must be serializable as JSON: {error}") from error
        super().__init__(value)

    def unfreeze(self) -> T:
        """The value without the mark."""
        return self.value


class NotSet:
    """Stands for "not given" where None is a value of its own; used as the class, never instantiated."""
