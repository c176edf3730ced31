"""One text of bytes for each value: the same in every process, and different for values that differ.

Types are part of the form, so `1`, `1.0`, `True` and `"1"` differ, and so do lists and tuples. Dictionaries
and sets have no order. An object without a form of its own is taken apart the way pickling does it; nothing
is ever put together again: the form is for comparing and hashing only.
"""

from __future__ import annotations

import dataclasses
import enum
import marshal
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

from prefect._base.shapes import MODEL, shape_of, type_of

Put = Callable[[bytes], object]

# `marshal` writes these unambiguously; version 2 of its format does not tell interned or shared objects apart
_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes, type(...)})
_MARSHAL = 2
_REFERENCED = (type, types.ModuleType, types.BuiltinFunctionType, types.BuiltinMethodType)


def encode(value: Any) -> list[bytes]:
    """The form of `value`, in pieces. Raises what pickling raises if a part of it cannot be pickled."""
    pieces: list[bytes] = []
    _Encoder(pieces.append).put_value(value)
    return pieces


def encode_to(put: Put, value: Any) -> None:
    """Give the form of `value` to `put`, piece by piece; those of arrays are the arrays' own memory."""
    _Encoder(put).put_value(value)


class _Encoder:
    def __init__(self, put: Put) -> None:
        self.put = put
        self.path: dict[int, int] = {}  # the objects that are being written, by how deep they are

    def put_value(self, value: Any) -> None:
        cls = type_of(value)
        if cls in _SCALARS:
            self.put(marshal.dumps(value, _MARSHAL))
            return
        depth = self.path.get(id(value))
        if depth is not None:
            self.head("cycle", len(self.path) - depth)
            return
        self.path[id(value)] = len(self.path)
        try:
            self._put_object(value, cls)
        finally:
            del self.path[id(value)]

    def head(self, kind: str, *facts: object) -> None:
        """What follows is of this kind; with the facts, no form can be taken for the beginning of another."""
        text = "\x1f".join(map(str, facts))
        self.put(f"\x1e{kind}\x1f{len(text)}:{text}\x1e".encode("utf-8", "surrogatepass"))

    def _put_object(self, value: Any, cls: type) -> None:
        if cls is list or cls is tuple:
            self._put_sequence(cls.__name__, value)
        elif cls is dict:
            self._put_pairs("dict", value)
        elif cls is set or cls is frozenset:
            self._put_unordered(cls.__name__, value)
        elif cls is bytearray:
            self.head("bytearray")
            self.put(marshal.dumps(bytes(value), _MARSHAL))
        elif isinstance(value, enum.Enum):
            self.head("enum", _name(cls), value.name)
        elif isinstance(value, _REFERENCED):
            self._put_reference(value)
        elif cls is types.FunctionType:
            self._put_function(value)
        elif cls is types.CodeType:
            self._put_code(value)
        elif dataclasses.is_dataclass(value):
            names = [field.name for field in dataclasses.fields(value)]
            self._put_fields(cls, {name: getattr(value, name, None) for name in names})
        elif shape_of(cls) is MODEL:
            self._put_fields(cls, {**vars(value), **(value.__pydantic_extra__ or {})})
        elif not self._put_scientific(value, cls):
            self._put_reduced(value, cls)

    # -------------------------------------------------------------- collections

    def _put_sequence(self, kind: str, items: Any) -> None:
        self.head(kind, len(items))
        if _SCALARS.issuperset(map(type, items)):
            self.put(marshal.dumps(items, _MARSHAL))
        else:
            for item in items:
                self.put_value(item)

    def _alone(self, value: Any) -> bytes:
        """The form of a part, as a whole: what has no order is sorted by it."""
        kept, pieces = self.put, list[bytes]()
        self.put = pieces.append
        try:
            self.put_value(value)
        finally:
            self.put = kept
        return b"".join(pieces)

    def _put_pairs(self, kind: str, pairs: dict[Any, Any]) -> None:
        self.head(kind, len(pairs))
        if all(type(key) is str for key in pairs):
            for key in sorted(pairs):
                self.put(marshal.dumps(key, _MARSHAL))
                self.put_value(pairs[key])
            return
        forms = [(self._alone(key), item) for key, item in pairs.items()]
        for form, item in sorted(forms, key=_first):
            self.put(form)
            self.put_value(item)

    def _put_unordered(self, kind: str, items: Iterable[Any]) -> None:
        forms = sorted(self._alone(item) for item in items)
        self.head(kind, len(forms))
        for form in forms:
            self.put(form)

    def _put_fields(self, cls: type, fields: dict[str, Any]) -> None:
        self.head("fields", _name(cls))
        self._put_pairs("dict", fields)

    # -------------------------------------------------------------- code

    def _put_reference(self, value: Any) -> None:
        if isinstance(value, types.ModuleType):
            self.head("module", value.__name__)
        else:
            owner = getattr(value, "__self__", None)
            self.head("name", _name(value))
            if owner is not None and not isinstance(owner, types.ModuleType):
                self.put_value(owner)

    def _put_function(self, function: types.FunctionType) -> None:
        if _is_importable(function):
            self.head("name", _name(function))
            return
        code = function.__code__
        used = {name: function.__globals__[name] for name in _names_in(code) if name in function.__globals__}
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        self.head("function", function.__qualname__)
        for part in (code, function.__defaults__, function.__kwdefaults__, cells, used):
            self.put_value(part)

    def _put_code(self, code: types.CodeType) -> None:
        self.head("code", code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        for part in (code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_freevars):
            self.put_value(part)

    # -------------------------------------------------------------- arrays and frames

    def _put_scientific(self, value: Any, cls: type) -> bool:
        package = cls.__module__.partition(".")[0]
        if package == "numpy":
            numpy = sys.modules["numpy"]
            if isinstance(value, (numpy.ndarray, numpy.generic)) and type(value) is not numpy.ma.MaskedArray:
                self._put_array(numpy, value)
                return True
        elif package == "pandas":
            pandas = sys.modules["pandas"]
            if isinstance(value, pandas.DataFrame):
                self._put_frame(value)
                return True
            if isinstance(value, (pandas.Series, pandas.Index)):
                self._put_column(value)
                return True
        return False

    def _put_array(self, numpy: Any, array: Any) -> None:
        self.head("array", array.dtype.str if array.dtype.names is None else array.dtype.descr, array.shape)
        if array.dtype.hasobject:
            self.put_value(array.tolist())
        else:
            whole = numpy.ascontiguousarray(array)
            self.put(whole.reshape(-1).view(numpy.uint8).data if whole.nbytes else b"")

    def _put_frame(self, frame: Any) -> None:
        self.head("frame", *frame.shape)
        self._put_column(frame.columns)
        self._put_column(frame.index)
        for position in range(frame.shape[1]):
            self._put_column(frame.iloc[:, position], with_index=False)

    def _put_column(self, column: Any, with_index: bool = True) -> None:
        names = list(column.names) if hasattr(column, "names") else column.name
        self.head("column", type(column).__name__, column.dtype, len(column))
        self.put_value(names)
        if type(column).__name__ == "RangeIndex":
            self.put_value([column.start, column.stop, column.step])
            return
        values = column.to_numpy()
        self.put_value(values.tolist() if values.dtype.hasobject else values)
        if with_index and hasattr(column, "index"):
            self._put_column(column.index)

    # -------------------------------------------------------------- the rest

    def _put_reduced(self, value: Any, cls: type) -> None:
        reduced = value.__reduce_ex__(4)
        self.head("object", _name(cls))
        if isinstance(reduced, str):
            self.put_value(reduced)
            return
        make, args, state, items, pairs = (*reduced, None, None, None)[:5]
        self.put_value(make)
        self.put_value(args)
        self.put_value(state)
        self.put_value(None if items is None else list(items))
        self.put_value(None if pairs is None else dict(pairs))


def _first(pair: tuple[bytes, Any]) -> bytes:
    return pair[0]


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', None)}:{getattr(value, '__qualname__', None)}"


def _is_importable(function: types.FunctionType) -> bool:
    if function.__module__ == "__main__" or "<" in function.__qualname__:
        return False
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


def _names_in(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names_in(constant)
    return names
