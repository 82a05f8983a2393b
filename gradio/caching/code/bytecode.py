"""What counts of compiled code: what it does, and not where it stands or is told of."""

from __future__ import annotations

import dis
import marshal
from collections.abc import Iterator
from types import CodeType
from typing import Any

from gradio.caching.hashing import digest
from gradio.caching.types.scalars import SCALARS

# Set by newer Pythons where there is a docstring, which does not count.
_HAS_DOCSTRING = 0x4000000
_FUNCTION = 0x1 | 0x2  # has fast locals and new ones, which a class body has not
_SETS_GLOBALS = bytes(
    dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL") if name in dis.opmap
)


def facts_of(code: CodeType) -> tuple[Any, ...]:
    """Lists what code does, its inner functions included, in plain values."""
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    steps = code.co_code, getattr(code, "co_exceptiontable", b"")
    flags = code.co_flags & ~_HAS_DOCSTRING
    return (code.co_name, flags, *steps, counts, names, tuple(_constants(code)))


def encoded(facts: tuple[Any, ...]) -> bytes:
    """Writes what was made of scalars and tuples, the same in every process."""
    # In this version no two equal values are written differently.
    return marshal.dumps(facts, 2)


def _constants(code: CodeType) -> Iterator[Any]:
    constants = iter(code.co_consts)
    if code.co_consts and _is_docstring(code, code.co_consts[0]):
        next(constants)
        yield None
    yield from map(_constant, constants)


def _constant(value: Any) -> Any:
    if type(value) in SCALARS:
        return value
    if type(value) is CodeType:
        return facts_of(value)
    if type(value) is tuple:
        return tuple(map(_constant, value))
    return type(value).__name__, digest(value)


def _is_docstring(code: CodeType, first: Any) -> bool:
    """Whether the first constant is one: a function without has None there."""
    is_function = code.co_flags & _FUNCTION == _FUNCTION
    is_named = not code.co_name.startswith("<") or code.co_name == "<lambda>"
    return isinstance(first, str) and is_function and is_named


def names_in(code: CodeType) -> Iterator[str]:
    """Lists the names that code and its inner functions look up, in a fixed order."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def globals_set_in(code: CodeType) -> frozenset[str]:
    """Names the variables of the module that code sets anew."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    found = frozenset[str]().union(*map(globals_set_in, inner))
    if not any(operation in code.co_code[::2] for operation in _SETS_GLOBALS):
        return found
    steps = dis.get_instructions(code)
    return found | {s.argval for s in steps if s.opcode in _SETS_GLOBALS}
