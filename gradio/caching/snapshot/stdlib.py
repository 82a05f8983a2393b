"""
Types of the standard library whose values can't change, are kept by reference, or can't
be copied.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import io
import pathlib
import re
import types
import uuid
import zoneinfo
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.core import IMMUTABLE
from gradio.caching.snapshot.objects import copy_by_state
from gradio.caching.snapshot.registry import (
    Memo,
    copier,
    for_subclasses,
    share,
    share_exactly,
)

BY_REFERENCE = (
    *(type, types.MethodDescriptorType, types.WrapperDescriptorType),
    *(types.CodeType, types.GenericAlias, property, enum.Enum),
)

UNCHANGING = (
    *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
    *(datetime.timezone, zoneinfo.ZoneInfo, fractions.Fraction, decimal.Decimal),
    *(uuid.UUID, re.Pattern, slice, pathlib.PurePosixPath, pathlib.PureWindowsPath),
    *(pathlib.PosixPath, pathlib.WindowsPath, *IMMUTABLE),
)

for kind in BY_REFERENCE:
    copier.register(kind, share)
for kind in UNCHANGING:
    copier.register(kind, share_exactly)


@copier.register(io.BytesIO)
@copier.register(io.StringIO)
@for_subclasses
def _(value: io.BytesIO | io.StringIO, memo: Memo) -> Any:
    return copy_by_state(value, memo)


@copier.register(io.IOBase)
@for_subclasses
def _(value: io.IOBase, memo: Memo) -> Any:
    raise UncopyableError(f"an open file ({type(value).__name__})")
