"""Reading and writing at an address: the one place where compiled code leaves the safety of arrays.

A compiled function that is handed dozens of arrays takes minutes to compile and carries them from
call to call. So the loop is handed one record with the address of each table. What lies there is
owned by arrays that live as long as the loop runs (`build.World`); where a table's row begins is
computed here and in `world` alone.
"""

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from simnet.jit import inner


def record_at(kind: np.dtype[Any]) -> Any:
    """A function of an address: the record of this kind that begins there (no copy)."""
    record = numba.from_dtype(kind)

    @intrinsic  # type: ignore[untyped-decorator]
    def view(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), generate

    return view


def _reader(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def read(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], context.get_value_type(kind).as_pointer())
            return builder.load(pointer)

        return kind(types.int64), generate

    return read


def _pointer(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.int64), generate

    return pointer


float_at = _reader(types.float64)
byte_at = _reader(types.uint8)
whole_1_at, whole_2_at = _reader(types.int8), _reader(types.int16)
whole_4_at, whole_8_at = _reader(types.int32), _reader(types.int64)


@intrinsic  # type: ignore[untyped-decorator]
def write_float(_: Any, address: Any, value: Any) -> Any:
    """Write a float at an address."""

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        kind = context.get_value_type(types.float64)
        builder.store(arguments[1], builder.inttoptr(arguments[0], kind.as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.float64), generate


@inner
def wide(number: Any) -> Any:
    """A whole number in 8 bytes: a function is compiled for each width that it is called with."""
    return np.int64(number)


_floats, _flags, _wholes_4, _wholes_8 = (
    _pointer(types.CPointer(kind))
    for kind in (types.float64, types.boolean, types.int32, types.int64)
)


@inner
def floats(address: int, count: int) -> Any:
    """The array of `count` floats that begins at an address (no copy); for policies."""
    return numba.carray(_floats(address), (count,))


@inner
def flags(address: int, count: int) -> Any:
    """The same of truth values."""
    return numba.carray(_flags(address), (count,))


@inner
def wholes_4(address: int, count: int) -> Any:
    """The same of whole numbers of 4 bytes."""
    return numba.carray(_wholes_4(address), (count,))


@inner
def wholes_8(address: int, count: int) -> Any:
    """The same of whole numbers of 8 bytes."""
    return numba.carray(_wholes_8(address), (count,))
