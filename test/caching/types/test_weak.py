"""Weak references in copies lead into the copy, or to what is outside of the value."""

from __future__ import annotations

import gc
import tempfile
import types
import weakref
from typing import Any

import pytest

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot import snapshot


class Node:
    def me(self):
        return self


OUTSIDE = Node()

LOOKS = {
    "reference": (weakref.ref, lambda made, node: made() is node),
    "method": (lambda n: weakref.WeakMethod(n.me), lambda m, n: m()() is n),
    "set": (lambda n: weakref.WeakSet([n]), lambda m, n: list(m) == [n]),
    "keys": (
        lambda n: weakref.WeakKeyDictionary({n: [1]}),
        lambda m, n: list(m.items()) == [(n, [1])],
    ),
    "values": (
        lambda n: weakref.WeakValueDictionary({"a": n}),
        lambda m, n: list(m.items()) == [("a", n)],
    ),
}

EACH_KIND = pytest.mark.parametrize(
    ("make", "leads_to"), LOOKS.values(), ids=LOOKS.keys()
)


@EACH_KIND
@pytest.mark.parametrize("order", [("weak", "node"), ("node", "weak")])
def test_what_is_in_the_value_is_referred_to_as_its_copy(make, leads_to, order):
    node = Node()
    parts = {"weak": make(node), "node": node}
    copy = snapshot({name: parts[name] for name in order})
    del node, parts
    gc.collect()
    assert leads_to(copy["weak"], copy["node"])


@EACH_KIND
def test_what_is_outside_of_the_value_stays_referred_to(make, leads_to):
    holder = types.SimpleNamespace(weak=make(OUTSIDE))
    copy = snapshot(holder)
    gc.collect()
    assert leads_to(copy.weak, OUTSIDE)


def test_a_reference_to_nothing_stays_one():
    gone = weakref.ref(Node())
    gc.collect()
    assert snapshot([gone])[0]() is None


def test_what_vanishes_with_the_original_can_not_be_copied():
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.raises(UncopyableError, match="finalize"),
    ):
        snapshot({"folder": folder, "finalizer": weakref.finalize(OUTSIDE, len, "")})
    folder = tempfile.TemporaryDirectory()
    with pytest.raises(UncopyableError):
        snapshot(folder)
    folder.cleanup()


class Child:
    def __init__(self, parent: Any = None) -> None:
        self.parent = None if parent is None else weakref.ref(parent)
        self.children: list[Child] = []


def test_weak_references_lead_to_the_copy():
    root = Child()
    root.children.append(Child(root))
    copy = snapshot(root)
    assert copy.children[0].parent() is copy
    assert root.children[0].parent() is root
    outside = weakref.ref(root)
    assert snapshot([outside])[0] is outside
