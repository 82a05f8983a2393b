"""Copies of Python's own values: private, alike, and of unchanging values none."""

from __future__ import annotations

import array
import collections
import copy
import datetime
import decimal
import enum
import fractions
import functools
import gc
import io
import itertools
import pathlib
import queue
import re
import socket
import tempfile
import threading
import types
import uuid
import zoneinfo
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
from pydantic import BaseModel, PrivateAttr

from gradio.caching.errors import UncopyableError
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from gradio.caching.types import clone, for_subclasses, immutable


class Color(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Pair(NamedTuple):
    x: Any
    y: Any


@dataclass
class Box:
    content: Any
    parent: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class Frozen:
    content: Any


class Slotted:
    __slots__ = ("__weakref__", "_b", "a")

    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self._b = b


class Names(list):
    pass


class Table(dict):
    pass


class Text(str):
    pass


class Model(BaseModel):
    name: str
    parts: list[Any] = []
    _private: Any = PrivateAttr(None)


class Counted:
    """Counts its copies."""

    def __init__(self, content: Any, copies: int = 0) -> None:
        self.content = content
        self.copies = copies

    def __deepcopy__(self, memo: Any) -> Counted:
        return Counted(copy.deepcopy(self.content, memo), self.copies + 1)


class Stated:
    def __init__(self, content: Any) -> None:
        self.content = content
        self.cache = object()

    def __getstate__(self) -> Any:
        return {"content": self.content}

    def __setstate__(self, state: Any) -> None:
        self.content = state["content"]
        self.cache = None


def named(value: Any, **attributes: Any) -> Any:
    vars(value).update(attributes)
    return value


def function() -> None:
    pass


IMMUTABLE = [
    *(None, True, 1, 10**100, 1.5, 1j, "text", b"bytes", ..., NotImplemented),
    *((), (1, "a"), (1, (2, ("b", None))), frozenset(), frozenset({1, (2, "a")})),
    *(Pair(1, "a"), Pair(1, (2,)), range(3), slice(1, 2), Color.RED, Level.LOW),
    *(decimal.Decimal("1.0"), fractions.Fraction(1, 2), uuid.UUID(int=1)),
    *(datetime.datetime(2024, 1, 1), datetime.date(2024, 1, 1), datetime.timedelta(1)),
    *(datetime.time(1), datetime.timezone.utc, zoneinfo.ZoneInfo("UTC")),
    *(pathlib.Path("a"), pathlib.PureWindowsPath("a"), re.compile("a"), list[int]),
    *(function, len, Box, int, str.upper, Color, np.float64(1), np.int8(1)),
    *(
        np.dtype("i4"),
        np.dtype([("a", "i4")]),
        np.datetime64("2024"),
        np.add,
        np.str_("a"),
    ),
]


@pytest.mark.parametrize("value", IMMUTABLE, ids=lambda value: f"{value!r:.30}")
def test_what_can_not_change_is_not_copied(value):
    assert snapshot(value) is value
    assert snapshot([value])[0] is value
    assert snapshot({"key": (value, [])})["key"][0] is value


MUTABLE = [
    *([], [1, 2], [[1], [2]], {}, {"a": 1}, {"a": [1]}, {(1, 2): [3]}, set(), {1, "a"}),
    *(
        bytearray(b"ab"),
        memoryview(bytearray(b"ab")),
        array.array("d", [1.5]),
        ([1], 2),
    ),
    *(
        memoryview(bytearray(8)).cast("i", (1, 2)),
        Pair([1], {2: 3}),
        Frozen([1]),
        Box(1),
    ),
    *(collections.deque([1, [2]], 5), collections.OrderedDict(a=1, b=[2])),
    *(collections.defaultdict(list, a=[1]), collections.Counter("aab")),
    *(collections.ChainMap({"a": [1]}), types.MappingProxyType({"a": [1]})),
    *(types.SimpleNamespace(a=[1]), Slotted([1], {2}), Names([1, [2]]), Table(a=[1])),
    *(
        named(Names([1]), label=[2]),
        named(Table(a=1), label=[2]),
        named(Text("a"), b=[1]),
    ),
    *(Model(name="a", parts=[1, [2]]), functools.partial(function, [1], a=[2])),
    *(Box(1).__init__, ValueError("a", [1]), frozenset({Frozen(1)}), io.BytesIO(b"ab")),
    *(io.StringIO("ab"), Stated([1]), np.random.default_rng(1)),
]


def changeable_parts(value: Any) -> set[int]:
    """The ids of all that could be changed in a value, as the collector finds it."""
    kinds = (list, dict, set, bytearray, Box, Slotted, np.ndarray)
    found: dict[int, Any] = {}
    pending = [value]
    while pending:
        part = pending.pop()
        if id(part) in found or isinstance(part, (type, types.ModuleType)):
            continue
        if isinstance(part, (types.FunctionType, types.BuiltinFunctionType)):
            continue
        found[id(part)] = part
        pending += gc.get_referents(part)
    return {identity for identity, part in found.items() if isinstance(part, kinds)}


@pytest.mark.parametrize("value", MUTABLE, ids=lambda value: f"{value!r:.40}")
def test_a_copy_is_alike_and_shares_nothing_that_could_change(value):
    twin = snapshot(value)
    assert twin is not value
    assert type(twin) is type(value)
    assert digest(twin) == digest(value)
    assert not changeable_parts(twin) & changeable_parts(value)


def test_a_changed_copy_leaves_the_original_alone():
    value = {"rows": [{"name": "a", "tags": {"x"}}]}
    twin = snapshot(value)
    twin["rows"][0]["tags"].add("y")
    twin["rows"].append(1)
    assert value == {"rows": [{"name": "a", "tags": {"x"}}]}


def test_reading_positions_are_kept():
    for file in (io.BytesIO(b"abc"), io.StringIO("abc")):
        file.seek(2)
        twin = snapshot(file)
        assert twin.tell() == 2
        twin.write(twin.read() * 5)
        assert len(file.getvalue()) == 3


def test_shared_parts_stay_shared():
    part = [1]
    twin = snapshot([part, {"a": part}, (part,), Box(part)])
    assert twin[0] is twin[1]["a"] is twin[2][0] is twin[3].content is not part


def test_cycles_stay_cycles():
    value: list = [1]
    value.append({"self": value, "tuple": (value,), "box": Box([], value)})
    twin = snapshot(value)
    assert twin is not value
    assert twin[1]["self"] is twin[1]["tuple"][0] is twin[1]["box"].parent is twin


def test_a_tuple_that_contains_itself_by_way_of_lists():
    first: list = []
    second: list = []
    value = (first, second)
    first.append(value)
    second.append((value, first))
    twin = snapshot(value)
    assert twin is not value
    assert twin[0][0] is twin
    assert twin[1][0][0] is twin
    assert twin[1][0][1] is twin[0]


@pytest.mark.parametrize(
    "nest",
    [
        lambda inner: [inner],
        lambda inner: (inner,),
        lambda inner: {"key": inner},
        Box,
        lambda inner: Slotted(inner, 1),
        lambda inner: Pair(inner, 1),
        lambda inner: Names([inner]),
        lambda inner: collections.deque([inner]),
        lambda inner: types.MappingProxyType({"a": inner}),
    ],
)
def test_ten_thousand_levels_need_no_recursion(nest):
    value: Any = [1]
    for _ in range(10_000):
        value = nest(value)
    twin = snapshot(value)
    assert digest(twin) == digest(value)
    while nest_of := list(_parts(value)):
        assert twin is not value
        twin, value = next(_parts(twin)), nest_of[0]
    assert (twin, value) == (1, 1)


def _parts(value: Any) -> Any:
    if isinstance(value, types.MappingProxyType):
        return iter(value.values())
    if isinstance(value, dict):
        return iter(value.values())
    if isinstance(value, (list, tuple, collections.deque)):
        return iter(value)
    if isinstance(value, Box):
        return iter([value.content])
    return iter([value.a]) if isinstance(value, Slotted) else iter(())


def test_an_object_copies_itself_if_it_knows_how():
    twin = snapshot([Counted([1])])[0]
    assert twin.copies == 1
    assert twin.content == [1]


def test_state_is_kept_as_the_class_wants():
    value = Stated([1])
    twin = snapshot(value)
    assert (twin.content, twin.cache) == ([1], None)
    assert twin.content is not value.content


def test_private_attributes_of_models_are_copied():
    model = Model(name="a")
    model._private = [1]
    twin = snapshot(model)
    twin._private.append(2)
    assert model._private == [1]


def test_what_is_in_a_model_is_copied_as_anywhere_else():
    deep: Any = [1]
    for _ in range(10_000):
        deep = [deep]
    part = np.zeros(3)
    model = Model(name="a", parts=[part, part, deep])
    twin, same = snapshot([model, model.parts])
    assert twin.parts is same
    assert twin.parts[0] is twin.parts[1] is not part
    assert digest(twin) == digest(model)


def test_a_model_copies_itself_if_it_knows_how():
    class Knowing(Model):
        def __deepcopy__(self, memo: Any = None) -> Any:
            return Knowing(name="copied")

    assert snapshot([Knowing(name="a")])[0].name == "copied"


def test_methods_are_bound_to_the_copy_of_their_object():
    box = Box([1])
    method, twin = snapshot([box.__eq__, box])
    assert method.__self__ is twin is not box


async def _coroutine() -> None:
    pass


async def _async_generator() -> Any:
    yield 1


class Walker:
    def __init__(self, source: Any) -> None:
        self.source = source

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> int:
        return 1


UNCOPYABLE = {
    "generator": lambda: (n for n in ()),
    "async generator": _async_generator,
    "iterator over a generator": lambda: zip(n for n in ()),
    "iterator over calls": lambda: iter(list, [1]),
    "iterator of a class": lambda: Walker(n for n in ()),
    "map over a generator": lambda: map(str, (n for n in ())),
    "map by what can be anything": lambda: map([].append, [1]),
    "cycle over a generator": lambda: itertools.cycle(n for n in (1,)),
    "lock": threading.Lock,
    "event": threading.Event,
    "queue": queue.Queue,
    "file": tempfile.TemporaryFile,
    "named file": tempfile.NamedTemporaryFile,
    "text file": pathlib.Path(__file__).open,
    "socket": socket.socket,
    "thread": lambda: threading.Thread(target=function),
    "closed file": lambda: named_closed(io.BytesIO()),
}


def named_closed(file: io.BytesIO) -> io.BytesIO:
    file.close()
    return file


@pytest.mark.parametrize("make", UNCOPYABLE.values(), ids=UNCOPYABLE.keys())
def test_what_can_not_be_copied_is_refused(make):
    value = make()
    try:
        for holder in (value, [value], {"a": (1, value)}, Box(value), Frozen(value)):
            with pytest.raises(UncopyableError):
                snapshot(holder)
    finally:
        getattr(value, "close", lambda: None)()


def test_a_coroutine_is_refused():
    coroutine = _coroutine()
    with pytest.raises(UncopyableError, match="coroutine"):
        snapshot([coroutine])
    coroutine.close()


def test_an_iterator_is_not_used_up():
    iterator = (n for n in (1, 2))
    with pytest.raises(UncopyableError):
        snapshot({"a": iterator})
    assert list(iterator) == [1, 2]


def test_the_message_says_what_and_where():
    with pytest.raises(UncopyableError, match=r"lock at \['a'\]\[1\]\.content$"):
        snapshot({"a": [1, Box(threading.Lock())]})


def test_a_failing_copy_is_named():
    class Broken:
        def __deepcopy__(self, memo: Any) -> Any:
            raise ZeroDivisionError

    with pytest.raises(UncopyableError, match=r"Broken at \[0\]") as error:
        snapshot([Broken()])
    assert isinstance(error.value.__cause__, ZeroDivisionError)


class Recording:
    def __init__(self, samples: bytearray) -> None:
        self.samples = samples
        self.tags: Any = []
        self.lock = threading.Lock()


class LiveRecording(Recording):
    pass


class Token:
    def __init__(self) -> None:
        self.lock = threading.Lock()


@clone.register(Recording)
@for_subclasses
def _(value: Recording, memo: Any) -> Any:
    twin = type(value)(value.samples.copy())
    memo[id(value)] = twin
    twin.tags = yield value.tags
    return twin


clone.register(Token, immutable)


def test_others_register_how_to_clone():
    for kind in (Recording, LiveRecording):
        value = kind(bytearray(b"a"))
        value.tags = [value, ["tag"]]
        twin = snapshot([value])[0]
        assert type(twin) is kind
        assert twin.tags[0] is twin
        assert twin.tags[1] == ["tag"]
        assert twin.tags[1] is not value.tags[1]
        assert twin.samples is not value.samples


def test_others_register_types_to_be_shared():
    token = Token()
    assert snapshot([token, 1, []])[0] is token


def test_many_threads_copy_the_same_value():
    value = {"rows": [{"a": [n]} for n in range(200)]}
    twins = []
    threads = [
        threading.Thread(target=lambda: twins.append(snapshot(value))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert twins == [value] * 8
    assert len({id(twin["rows"]) for twin in twins}) == 8


@pytest.mark.parametrize("view", [dict.keys, dict.values, dict.items])
def test_views_of_dicts_are_views_of_copies(view):
    original = {"a": [1], "b": [2]}
    twin = snapshot(view(original))
    assert type(twin) is type(view(original))
    before = list(view({"a": [1], "b": [2]}))
    original["a"].append(3)
    original["c"] = [4]
    assert list(twin) == before
