"""Which cases are meant: an expression on the columns of the cases, and nothing else."""

import ast
import difflib
import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from simnet.run import Run

from .attributes import COLUMNS
from .step import TraceError

EXAMPLE = """for example 'outlet == "Berlin" and response > 48'"""
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Name, ast.Load, ast.Constant,
    ast.List, ast.Tuple,
)  # fmt: skip
_CONSTANTS = (bool, int, float, str)
_LONGEST = 1000


def matching(run: Run, where: str) -> NDArray[np.int64]:
    """Numbers of the cases for which the expression holds, in order.

    where: comparisons of columns of `run.cases` (hours, names as text in quotes), joined by `and`,
    `or`, `not`, with `in [...]` and + - * /; kept and warranty may stand alone.
    Raises TraceError where it is anything else.
    """
    frame = run.cases.assign(replication=run.replication)
    known = {}
    for name in frame.select_dtypes("category"):
        known[str(name)] = [str(category) for category in frame[name].cat.categories]
        frame[name] = frame[name].astype(object)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of a backslash in a text
            tree = _Asked().visit(_check(where, frame, known))
            found = frame.eval(ast.unparse(tree), engine="python")
    except TraceError:
        raise
    except (TypeError, ValueError, NotImplementedError, RecursionError) as error:
        said = "cannot be evaluated: numbers are compared with numbers, texts with texts"
        raise TraceError(f"--where {where!r} {said}; {EXAMPLE}") from error
    if not isinstance(found, pd.Series) or not is_bool_dtype(found):
        raise TraceError(f"--where {where!r} is neither true nor false of a case; {EXAMPLE}")
    return np.flatnonzero(found.to_numpy(dtype=bool))


class _Asked(ast.NodeTransformer):
    """A column that is true, false or unknown may stand alone where a condition is wanted, and then
    holds where it is true."""

    def visit_Expression(self, node: ast.Expression) -> ast.AST:
        node.body = self._condition(node.body)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self._condition(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.Not):
            node.operand = self._condition(node.operand)
        return node

    def _condition(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Name) and COLUMNS.get(node.id) == "boolean":
            return ast.Compare(node, [ast.Eq()], [ast.Constant(1)])
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found


def _check(where: str, frame: pd.DataFrame, known: dict[str, list[str]]) -> ast.Expression:
    """Its syntax tree; refuses whatever is more than a comparison of columns, and names that the
    run has not. known: names by column."""
    if len(where) > _LONGEST:
        raise TraceError(f"--where is longer than {_LONGEST} characters")
    try:
        tree = ast.parse(where.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = error.msg if isinstance(error, SyntaxError) else error
        raise TraceError(f"--where {where!r} cannot be read: {said}; {EXAMPLE}") from error
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            what = ast.unparse(node) or type(node).__name__
            raise TraceError(
                f"--where {where!r}: {what!r} is not allowed; columns and values may be compared, "
                f"joined by and, or, not, in [...]; {EXAMPLE}"
            )
        if isinstance(node, ast.Name):
            _known(node.id, where, frame)
        elif isinstance(node, ast.Constant) and not isinstance(node.value, _CONSTANTS):
            raise TraceError(f"--where {where!r}: {node.value!r} is no number and no text")
        elif isinstance(node, ast.Compare):
            _names(node, where, known)
            for operator, right in zip(node.ops, node.comparators, strict=True):
                if isinstance(operator, ast.In | ast.NotIn) and not _values(right):
                    raise TraceError(
                        f"--where {where!r}: after in comes a list of values, such as "
                        '["Berlin", "Hamburg"]'
                    )
    for node in ast.walk(tree):  # only now is each name known
        if isinstance(node, ast.BinOp):
            for part in ast.walk(node):
                text = isinstance(part, ast.Constant) and isinstance(part.value, str)
                if isinstance(part, ast.Name):
                    text = not is_numeric_dtype(frame[part.id])
                if text:
                    raise TraceError(
                        f"--where {where!r}: {ast.unparse(part)} is no number, so it cannot be "
                        "reckoned with"
                    )
    return tree


def _names(node: ast.Compare, where: str, known: dict[str, list[str]]) -> None:
    """Refuse a text that no case could have in a column of names: it is misspelt."""
    if not all(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops):
        return
    sides = [node.left, *node.comparators]
    columns = [n.id for n in sides if isinstance(n, ast.Name) and n.id in known]
    values = [v for n in sides for v in (n.elts if isinstance(n, ast.List | ast.Tuple) else [n])]
    for value in [v for v in values if isinstance(v, ast.Constant)]:
        for column in columns:
            if isinstance(value.value, int | float):
                raise TraceError(f"--where {where!r}: {column} is a name; {EXAMPLE}")
            if isinstance(value.value, str) and value.value not in known[column]:
                near = difflib.get_close_matches(value.value, known[column], n=1)
                names = ", ".join(known[column][:8]) + ", ..." * (len(known[column]) > 8)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {names}"
                raise TraceError(f"--where {where!r}: no {column} is {value.value!r}; {hint}")


def _values(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and all(
        isinstance(item, ast.Constant) for item in node.elts
    )


def _known(name: str, where: str, frame: pd.DataFrame) -> None:
    columns = [str(column) for column in frame.columns]
    if name in columns:
        return
    near = difflib.get_close_matches(name, columns, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"columns are {', '.join(columns)}."
    raise TraceError(
        f"--where {where!r}: there is no column {name!r}; {hint} Text stands in quotes, {EXAMPLE}"
    )
