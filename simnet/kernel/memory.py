"""Reading and writing at an address: the one place where compiled code leaves the safety of arrays.

A compiled function that is handed dozens of arrays takes minutes to compile and carries them from
call to call. So the loop is handed one record with the address of each table. What lies there is
owned by arrays that live as long as the loop runs (`build.World`); where a table's row begins is
computed here and in `world` alone.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simnet.jit import inner


def record_at(kind: np.dtype[Any]) -> Any:
    """A function of an address: the record of this kind that begins there (no copy)."""
    record = numba.from_dtype(kind)

    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def view(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), generate

    return view


def _reader(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def read(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], context.get_value_type(kind).as_pointer())
            return builder.load(pointer)

        return kind(types.int64), generate

    return read


def _pointer(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def pointer(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.int64), generate

    return pointer


float_at = _reader(types.float64)
byte_at = _reader(types.uint8)
whole_1_at, whole_2_at = _reader(types.int8), _reader(types.int16)
whole_4_at, whole_8_at = _reader(types.int32), _reader(types.int64)


def _writer(kind: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]  # numba's
    def write(_: Any, address: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            place = context.get_value_type(kind).as_pointer()
            builder.store(arguments[1], builder.inttoptr(arguments[0], place))
            return context.get_dummy_value()

        return types.void(types.int64, kind), generate

    return write


write_float, write_whole_4 = _writer(types.float64), _writer(types.int32)


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


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def put(_: Any, column: Any, row: Any, value: Any) -> Any:
    """Write a number into a row of a column."""
    kind = _kind_of(column)

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        found, at, number = arguments
        builder.store(number, _element(context, builder, found, at, kind))
        return context.get_dummy_value()

    return types.void(column, types.int64, kind), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def get(_: Any, column: Any, row: Any) -> Any:
    """The whole number in a row of a column, in 8 bytes, see `wide`."""
    kind = _kind_of(column)

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        found, at = arguments
        number = builder.load(_element(context, builder, found, at, kind))
        return context.cast(builder, number, kind, types.int64)

    return types.int64(column, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba's
def fetch(_: Any, record: Any) -> Any:
    """Ask memory for a record that is needed soon; nobody waits for it. Whether there is one at all
    does not matter."""

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        kinds = types.int32, types.voidptr
        whole_4, address = (context.get_value_type(kind) for kind in kinds)
        kind = ir.FunctionType(ir.VoidType(), [address, whole_4, whole_4, whole_4])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [address], kind)
        to_read, to_stay, data = whole_4(0), whole_4(3), whole_4(1)
        builder.call(ask, [builder.bitcast(arguments[0], address), to_read, to_stay, data])
        return context.get_dummy_value()

    return types.void(record), generate


_number_at = record_at(np.dtype([("number", np.int64)]))


@inner
def fetch_at(address: int) -> None:
    """Likewise, for what lies at an address."""
    fetch(_number_at(address))


@inner
def wide(number: Any) -> Any:
    """A whole number in 8 bytes: a function is compiled for each width that it is called with."""
    return np.int64(number)


def _array(kind: Any) -> Any:
    """A function of an address and a count: the array that begins there (no copy); for policies."""
    pointer = _pointer(types.CPointer(kind))

    @inner
    def array(address: int, count: int) -> Any:
        return numba.carray(pointer(address), (count,))

    return array


floats, flags = _array(types.float64), _array(types.boolean)
wholes_4, wholes_8 = _array(types.int32), _array(types.int64)
