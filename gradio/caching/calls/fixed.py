"""Which values can't change, whoever holds them."""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import re
import uuid
from types import BuiltinFunctionType, MethodDescriptorType, ModuleType
from typing import Any

_ATOMS = frozenset(
    {
        *(bool, bytes, complex, float, int, range, str),
        *(type(None), type(...), type(NotImplemented)),
        *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
        *(datetime.timezone, decimal.Decimal, fractions.Fraction, re.Pattern),
        *(slice, uuid.UUID, MethodDescriptorType),
    }
)
_NAMED = (type, ModuleType)
_WHOLES = frozenset({tuple, frozenset})


def is_fixed(value: Any) -> bool:
    """Tells whether a value can never count otherwise: a number, a text."""
    todo, seen = [value], set[int]()
    while todo:
        current = todo.pop()
        if type(current) in _WHOLES:
            if id(current) not in seen:
                seen.add(id(current))
                todo.extend(current)
        elif not _is_fixed_atom(current):
            return False
    return True


def _is_fixed_atom(value: Any) -> bool:
    if type(value) in _ATOMS or isinstance(value, _NAMED):
        return True
    if isinstance(value, enum.Enum):
        return type(value.value) in _ATOMS
    of_module = isinstance(value, BuiltinFunctionType)
    return of_module and isinstance(value.__self__, ModuleType)
