"""The walk: shared parts, cycles, depth, errors, and types that others register."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import KEY_VERSION, core, digest, walk

DEEP = 3_000


@dataclass
class Tree:
    name: str
    parts: list[Any] = field(default_factory=list)
    parent: Any = None


def test_a_key_is_32_bytes_and_repeatable():
    assert len(digest(1)) == 32
    assert digest({"a": [1, "b"]}) == digest({"a": [1, "b"]})


def test_the_version_is_part_of_every_key(monkeypatch):
    before = digest("x"), digest([1, [2]])
    monkeypatch.setattr(core, "PREFIX", b"another version")
    assert digest("x") != before[0]
    assert digest([1, [2]]) != before[1]
    assert KEY_VERSION >= 1


@pytest.mark.parametrize(
    "nest",
    [
        lambda inner: [inner],
        lambda inner: (inner,),
        lambda inner: {"key": inner},
        lambda inner: {7: inner},
        lambda inner: Tree("x", [inner]),
        lambda inner: {"key": (inner, [1])},
    ],
)
def test_three_thousand_levels_need_no_recursion(nest):
    def nested(levels: int, core: Any) -> Any:
        value = core
        for _ in range(levels):
            value = nest(value)
        return value

    assert digest(nested(DEEP, 1)) == digest(nested(DEEP, 1))
    assert digest(nested(DEEP, 1)) != digest(nested(DEEP, 2))
    assert digest(nested(DEEP, 1)) != digest(nested(DEEP - 1, 1))


def test_nested_frozensets_need_no_recursion():
    def nested(levels: int) -> frozenset:
        value: frozenset = frozenset()
        for _ in range(levels):
            value = frozenset({value})
        return value

    # Python itself can't hash much deeper ones.
    assert digest(nested(500)) == digest(nested(500)) != digest(nested(499))


def test_shared_parts_count_like_copies():
    part = [1, [2]]
    assert digest([part, part]) == digest([[1, [2]], [1, [2]]])


def test_parts_shared_at_every_level_are_not_walked_again():
    value: Any = ["leaf"]
    for _ in range(200):
        value = [value, value]
    assert digest(value) != digest([value])


def _ring(*names: str) -> Tree:
    trees = [Tree(name) for name in names]
    for tree, following in zip(trees, trees[1:] + trees[:1], strict=True):
        tree.parts.append(following)
    return trees[0]


def test_cycles_of_equal_form_are_equal():
    assert digest(_ring("a", "b")) == digest(_ring("a", "b"))
    assert digest(_ring("a", "b")) != digest(_ring("a", "c"))
    assert digest(_ring("a", "a")) != digest(_ring("a"))


def test_where_a_cycle_leads_to_counts():
    to_outer: list = [[]]
    to_outer[0].append(to_outer)
    to_inner: list = [[]]
    to_inner[0].append(to_inner[0])
    assert digest(to_outer) != digest(to_inner)


def test_a_value_beside_a_cycle_counts_like_a_copy_of_it():
    def around(shared: bool) -> list:
        part = ["part"]
        value: list = [part, part if shared else ["part"]]
        value.append(value)
        return value

    assert digest(around(shared=True)) == digest(around(shared=False))


def test_a_cycle_means_the_same_wherever_it_is():
    assert digest([_ring("a", "b"), 1]) == digest([_ring("a", "b"), 1])
    ring = _ring("a", "b")
    assert digest([ring, ring]) == digest([_ring("a", "b"), _ring("a", "b")])


def test_cycles_inside_unordered_values():
    def graph(order: int) -> dict:
        value: dict = {}
        for key in (1, 2, 3)[::order]:
            value[key] = [key, value]
        return value

    assert digest(graph(1)) == digest(graph(-1))


def test_a_tree_with_links_to_parents_is_walked_once():
    root = Tree("root")
    for number in range(2000):
        root.parts.append(Tree(str(number), parent=root))
    for left, right in zip(root.parts, root.parts[1:], strict=False):
        left.parts.append(right)
        right.parts.append(left)
    assert len(digest(root)) == 32


def test_a_graph_that_would_take_for_ever_is_refused(monkeypatch):
    monkeypatch.setattr(walk, "MAX_REENTRIES", 1000)
    nodes: list[dict] = [{} for _ in range(12)]
    for node in nodes:
        node.update(enumerate(nodes))
    with pytest.raises(UnkeyableError, match="too many cycles"):
        digest(nodes[0])


def test_temporary_values_never_lend_their_identity():
    class Parted:
        def __init__(self, number: int) -> None:
            self.number = number

        def __reduce__(self) -> Any:
            return Parted, ([self.number, ["temporary"]],)

    parted = [Parted(number) for number in range(500)]
    assert len({digest(part) for part in parted}) == 500
    assert digest(parted) == digest([Parted(n) for n in range(500)] and parted)


def test_the_message_says_what_and_where():
    tree = Tree("x", [1, {"lock": threading.Lock()}])
    with pytest.raises(UnkeyableError, match=r"lock at \.parts\[1\]\['lock'\]$"):
        digest(tree)
    with pytest.raises(UnkeyableError, match="a builtins.generator$"):
        digest(_ for _ in ())


def test_a_failure_leaves_nothing_behind():
    with pytest.raises(UnkeyableError):
        digest([1, threading.Lock()])
    assert digest([1, 2]) == digest([1, 2])


def test_many_threads_make_the_same_key():
    value = {"rows": [{"a": n, "b": [n]} for n in range(200)]}
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(digest(value))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {digest(value)}
    assert len(found) == 8


@pytest.mark.parametrize(
    "text",
    ["", "a", "a\0b", "ä\ud800" * 20_000, "a" * 10_000, "a" * 65_535, "a" * 65_536],
    ids=len,
)
def test_one_text_is_keyed_as_each_of_several_is(text, monkeypatch):
    at_once = digest((text,))
    monkeypatch.setattr(core, "_one_text", lambda _: None)
    core._digest_of_scalars.cache_clear()
    assert digest((text,)) == at_once
