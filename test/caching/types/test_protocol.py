"""Objects that answer to anything: their types say what they are."""

from __future__ import annotations

import collections
import copyreg
import enum
import threading
import types
from typing import Any

import pytest

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.failures import Failing


class Dotted(dict):
    __getattr__ = dict.get
    __setattr__ = dict.__setitem__


class Itself(dict):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__ = self


class Forwarding:
    """As proxies do, with whatever is asked for."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["target"], name)


class Everything:
    def __init__(self, content: Any) -> None:
        self.content = content

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        return collections.abc.Iterator


class Recent(collections.OrderedDict):
    """The recipe of Python's documentation, whose items need its state."""

    def __init__(self, maxsize: int) -> None:
        super().__init__()
        self.maxsize = maxsize

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > self.maxsize:
            self.popitem(last=False)


class Named(list):
    def __init__(self, name: str, *items: Any) -> None:
        self.name = name
        super().__init__(items)

    def append(self, item: Any) -> None:
        super().append((self.name, item))


class Ring(collections.deque):
    def __init__(self, name: str) -> None:
        super().__init__(maxlen=2)
        self.name = name


class Groups(collections.defaultdict):
    def __init__(self, name: str) -> None:
        super().__init__(list)
        self.name = name


class Both:
    __slots__ = ("__dict__", "slot", "unset")

    def __init__(self, slot: Any, **attributes: Any) -> None:
        self.slot = slot
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        return f"made up {name}"


class Meta(type):
    def __getattr__(cls, name: str) -> Any:
        return lambda *args: None


class OfMeta(metaclass=Meta):
    def __init__(self, content: Any) -> None:
        self.content = content


class Registered:
    def __init__(self, content: Any) -> None:
        self.content = content
        self.lock = threading.Lock()


copyreg.pickle(Registered, lambda value: (Registered, (value.content,)))


def filled(kind: Any, *args: Any, **items: Any) -> Any:
    value = kind(*args)
    for name, item in items.items():
        value[name] = item
    return value


def groups() -> Groups:
    value = Groups("name")
    value["a"].append(1)
    return value


def ring() -> Ring:
    value = Ring("name")
    value.extend([[1], 2])
    return value


def itself() -> Itself:
    value = Itself(a=[1])
    value.b = 2
    return value


MAKES = {
    "dict with dots": lambda: Dotted(a=[1], __deepcopy__=2, __reduce_ex__=3),
    "nested dicts with dots": lambda: Dotted(a=Dotted(b=[1])),
    "dict that is its attributes": itself,
    "dict that fails": lambda: Failing(a=[1]),
    "proxy": lambda: Forwarding([1, [2]]),
    "answers everything": lambda: Everything([1]),
    "ordered with limit": lambda: filled(Recent, 3, a=1, b=[2]),
    "list with a name": lambda: Named("n", 1, [2]),
    "ring": ring,
    "default with a name": groups,
    "default by lambda": lambda: collections.defaultdict(lambda: 0, a=[1]),
    "counter": lambda: collections.Counter("aab"),
    "chain": lambda: collections.ChainMap({"a": [1]}, {"b": 2}),
    "user dict": lambda: collections.UserDict(a=[1]),
    "namespace": lambda: types.SimpleNamespace(a=[1]),
    "slots and attributes": lambda: Both([1], a=[2]),
    "metaclass": lambda: OfMeta([1]),
    "registered": lambda: Registered([1]),
}


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_a_copy_is_what_the_original_is(make):
    original = make()
    copy = snapshot({"a": [original]})["a"][0]
    again = snapshot(copy)
    assert type(copy) is type(again) is type(original)
    if type(original) is not collections.defaultdict:
        assert digest(copy) == digest(again) == digest(make())
    if isinstance(original, (dict, list, collections.deque)):
        assert copy == again == original
    assert vars_of(copy).keys() == vars_of(original).keys()
    assert size_of(copy) > 64


def vars_of(value: Any) -> dict[str, Any]:
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def test_a_dict_that_is_its_own_attributes_stays_so():
    original = itself()
    copy = snapshot(original)
    assert copy.__dict__ is copy
    copy.c = 3
    copy.a.append(2)
    assert copy["c"] == 3
    assert (original.a, "c" in original) == ([1], False)


def test_limits_hold_for_copies():
    copy = snapshot(filled(Recent, 2, a=1, b=2))
    copy["c"] = 3
    assert list(copy) == ["b", "c"]
    ring_copy = snapshot(ring())
    ring_copy.append(3)
    assert (list(ring_copy), ring_copy.name) == ([2, 3], "name")
    assert snapshot(groups())["new"] == []


def test_what_is_not_set_stays_so():
    copy = snapshot(Both([1], a=2))
    assert (copy.slot, copy.a, copy.unset) == ([1], 2, "made up unset")


def test_what_stands_for_itself_is_not_copied():
    class Color(enum.Enum):
        RED = 1

    for value in (object(), Color.RED, NotImplemented, ...):
        assert snapshot([value])[0] is value


def test_such_results_are_cached():
    runs = []

    @gr.cache
    def settings(name: str) -> Any:
        runs.append(name)
        return Dotted(name=name, inner=Itself(a=[1]))

    for _ in range(3):
        found = settings("x")
        assert (found.name, found.inner.a) == ("x", [1])
        found.inner.a.append(2)
    assert runs == ["x"]
