"""Reading and writing at an address: the one place where the loop leaves the safety of arrays.

A compiled function that is handed dozens of arrays takes minutes to compile and carries them from
call to call. So the loop is handed one record with the address of each table. What lies there is
owned by arrays that live as long as the loop runs (`build.World`); where a table's row begins is
computed here and in `world` alone.

Each function stands twice: as plain Python, for the loop where it runs uncompiled (in a debugger,
for coverage and mutation), and as machine code, which compiled code has in its place.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from simnet.jit import INNER, inner

Plain = Callable[..., Any]


class Row(np.void):  # type: ignore[misc]  # as np.record is
    """A record whose fields are its attributes, as they are in compiled code; a view."""

    def __getattribute__(self, name: str) -> Any:
        kind = np.void.__getattribute__(self, "dtype")
        if kind.names is None or name not in kind.names:
            return np.void.__getattribute__(self, name)
        return self[name]

    def __getitem__(self, name: Any) -> Any:
        found = super().__getitem__(name)
        return found.view(of_rows(found.dtype)) if found.dtype.names else found

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


@cache
def of_rows(kind: np.dtype[Any]) -> np.dtype[Any]:
    """The same kind of record as `Row`."""
    return np.dtype((Row, kind))


def _compiled_as(machine: Any) -> Callable[[Plain], Plain]:
    """Of a plain function of one argument, or of as many as the intrinsic `machine` has, which
    compiled code calls in its place."""

    def of(plain: Plain) -> Plain:
        implementation = {
            1: lambda a: lambda a: machine(a),
            2: lambda a, b: lambda a, b: machine(a, b),
            3: lambda a, b, c: lambda a, b, c: machine(a, b, c),
        }[plain.__code__.co_argcount]
        overload(plain, jit_options=INNER, strict=False)(implementation)
        return plain

    return of


def record_at(kind: np.dtype[Any]) -> Plain:
    """A function of an address: the record of this kind that begins there (no copy)."""
    record, rows = numba.from_dtype(kind), of_rows(kind)

    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def view(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), generate

    @_compiled_as(view)
    def found(address: int) -> Any:
        return _at(address, rows, 1)[0]

    return found


def _at(address: int, kind: Any, count: int) -> Any:
    """The array that begins at an address (no copy)."""
    size = np.dtype(kind).itemsize * int(count)
    return np.frombuffer((ctypes.c_char * size).from_address(int(address)), dtype=kind)


def _reader(kind: Any, plain_kind: Any) -> Plain:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def read(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], context.get_value_type(kind).as_pointer())
            return builder.load(pointer)

        return kind(types.int64), generate

    @_compiled_as(read)
    def found(address: int) -> Any:
        return plain_kind.from_address(int(address)).value

    return found


def _pointer(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def pointer(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.int64), generate

    return pointer


float_at = _reader(types.float64, ctypes.c_double)
byte_at = _reader(types.uint8, ctypes.c_uint8)
whole_1_at, whole_2_at = _reader(types.int8, ctypes.c_int8), _reader(types.int16, ctypes.c_int16)
whole_4_at, whole_8_at = _reader(types.int32, ctypes.c_int32), _reader(types.int64, ctypes.c_int64)


def _writer(kind: Any, plain_kind: Any) -> Plain:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def write(_: Any, address: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            place = context.get_value_type(kind).as_pointer()
            builder.store(arguments[1], builder.inttoptr(arguments[0], place))
            return context.get_dummy_value()

        return types.void(types.int64, kind), generate

    @_compiled_as(write)
    def put_at(address: int, value: Any) -> None:
        found = plain_kind.from_address(int(address))
        found.value = type(found.value)(value)

    return put_at


write_float = _writer(types.float64, ctypes.c_double)
write_whole_4 = _writer(types.int32, ctypes.c_int32)


COLUMNS: dict[Any, np.dtype[Any]] = {
    kind: np.dtype([(kind.__name__, np.int64)])
    for kind in (np.float64, np.int32, np.int16, np.int8)
}
"""by the kind of its numbers: record that is the address of a column"""


def _kind_of(column: Any) -> Any:
    """The numba type of the numbers of a column, which is a record of COLUMNS."""
    (name,) = column.fields
    return getattr(types, name)


def _element(context: Any, builder: Any, column: Any, row: Any, kind: Any) -> Any:
    at = builder.load(builder.bitcast(column, context.get_value_type(types.int64).as_pointer()))
    size = context.get_constant(types.int64, kind.bitwidth // 8)
    return builder.inttoptr(
        builder.add(at, builder.mul(row, size)), context.get_value_type(kind).as_pointer()
    )


def _plain_element(column: Any, row: int) -> Any:
    """The number in a row of a column, as an array of one."""
    (name,) = column.dtype.names
    kind = np.dtype(name)
    return _at(int(column[name]) + int(row) * kind.itemsize, kind, 1)


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def _put(_: Any, column: Any, row: Any, value: Any) -> Any:
    kind = _kind_of(column)

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        found, at, number = arguments
        builder.store(number, _element(context, builder, found, at, kind))
        return context.get_dummy_value()

    return types.void(column, types.int64, kind), generate


@_compiled_as(_put)
def put(column: Any, row: int, value: Any) -> None:
    """Write a number into a row of a column."""
    _plain_element(column, row)[0] = value


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def _get(_: Any, column: Any, row: Any) -> Any:
    kind = _kind_of(column)

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        found, at = arguments
        number = builder.load(_element(context, builder, found, at, kind))
        return context.cast(builder, number, kind, types.int64)

    return types.int64(column, types.int64), generate


@_compiled_as(_get)
def get(column: Any, row: int) -> int:
    """The whole number in a row of a column, in 8 bytes, see `wide`."""
    return int(_plain_element(column, row)[0])


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def _fetch(_: Any, record: Any) -> Any:
    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        kinds = types.int32, types.voidptr
        whole_4, address = (context.get_value_type(kind) for kind in kinds)
        kind = ir.FunctionType(ir.VoidType(), [address, whole_4, whole_4, whole_4])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [address], kind)
        to_read, to_stay, data = whole_4(0), whole_4(3), whole_4(1)
        builder.call(ask, [builder.bitcast(arguments[0], address), to_read, to_stay, data])
        return context.get_dummy_value()

    return types.void(record), generate


@_compiled_as(_fetch)
def fetch(record: Any) -> None:
    """Ask memory for a record that is needed soon; nobody waits for it. Whether there is one at all
    does not matter."""


_number_at = record_at(np.dtype([("number", np.int64)]))


@inner
def _fetch_number(address: int) -> None:
    fetch(_number_at(address))


@_compiled_as(_fetch_number)
def fetch_at(address: int) -> None:
    """Likewise, for what lies at an address."""


@inner
def wide(number: Any) -> Any:
    """A whole number in 8 bytes: a function is compiled for each width that it is called with."""
    return np.int64(number)


def _array(kind: Any, plain_kind: Any) -> Plain:
    """A function of an address and a count: the array that begins there (no copy); for policies."""
    pointer = _pointer(types.CPointer(kind))

    @inner
    def machine(address: int, count: int) -> Any:
        return numba.carray(pointer(address), (count,))

    @_compiled_as(machine)
    def array(address: int, count: int) -> Any:
        return _at(address, plain_kind, count)

    return array


floats, flags = _array(types.float64, np.float64), _array(types.boolean, np.bool_)
wholes_4, wholes_8 = _array(types.int32, np.int32), _array(types.int64, np.int64)
