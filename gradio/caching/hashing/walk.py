"""
Walks a value without recursion and turns it into one digest; what each type is made of,
its encoder says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradio.caching.errors import UnkeyableError
from gradio.caching.portable import current_notes
from gradio.caching.types import Children, KeyWriter, Unordered, encode
from gradio.caching.types.classes import class_facts, name_for_good
from gradio.caching.types.registry import (
    Encoder,
    attributes,
    attributes_except,
    members_of,
)
from gradio.caching.types.scalars import scalar_code
from gradio.caching.value_path import value_path

# Codes between what encoders write. None is a type code of marshal, which writes the
# scalars between them.
NODE, REFERENCE, ORDERED, UNORDERED = b"\x01", b"\x02", b"\x04", b"\x05"

MAX_REENTRIES = 200_000
"""How many parts of cyclic structures one walk may see again before it gives up."""


class Inherited:
    """The part of a value that is written by the encoder of a base of its class."""

    __slots__ = ("encoder", "value")

    def __init__(self, value: Any, encoder: Encoder) -> None:
        self.value = value
        self.encoder = encoder


name_for_good(Inherited, "inherited")


@encode.register(Inherited)
def _(value: Inherited, out: KeyWriter) -> Children:
    return value.encoder(value.value, out)


class _Node:
    """A value whose children are being walked."""

    __slots__ = ("children", "codes", "lowest", "out", "position", "value")

    def __init__(
        self, value: Any, out: KeyWriter, children: Children, position: int
    ) -> None:
        members: Any = children
        self.codes: list[bytes] | None = None
        if isinstance(children, Unordered):
            members = children.members
            self.codes = []
        elif not isinstance(children, (list, tuple)):
            raise TypeError(f"An encoder returned {children!r} for {type(value)}.")
        self.value = value
        self.out = out
        self.position = position
        self.lowest = position
        self.children: Iterator[Any] = iter(members)
        order = ORDERED if self.codes is None else UNORDERED
        out.mark(order + len(members).to_bytes(8, "little"))

    def add(self, code: bytes) -> None:
        if self.codes is None:
            self.out.mark(code)
        else:
            self.codes.append(code)

    def digest(self) -> bytes:
        for code in sorted(self.codes or ()):
            self.out.mark(code)
        return self.out.digest()


class Walk:
    """
    One walk through one value, depth first, on a stack of its own. Every node gets a
    digest made from its own content and its children's digests, so a part that is
    shared is encoded once and counts like a copy. A node that refers back to one that
    is still open (it lies on the way here, or in a cycle with it) writes the distance
    to it.
    """

    def __init__(self) -> None:
        # Both keep their values alive: an id must not be given to another value during
        # the walk.
        self._closed: dict[int, tuple[Any, bytes]] = {}
        self._open: dict[int, tuple[Any, int]] = {}
        self._stack: list[_Node] = []
        self._entangled: dict[int, Any] = {}
        self._reentries = 0
        self._notes = current_notes()

    def digest(self, value: Any) -> bytes:
        """Makes the 32-byte digest of the content of anything but a small scalar."""
        done = self._enter(value)
        while done is None:
            node = self._stack[-1]
            for child in node.children:
                code = scalar_code(child) or self._visit(child, node)
                if code is None:
                    break
                node.add(code)
                if node.codes is not None:
                    self._forget_open(node.position + 1)
            else:
                done = self._leave()
                if self._stack:
                    parent = self._stack[-1]
                    parent.add(NODE + done)
                    if parent.codes is not None:
                        self._forget_open(parent.position + 1)
                    done = None
        return done

    def _visit(self, child: Any, parent: _Node) -> bytes | None:
        identity = id(child)
        if identity in self._closed:
            return NODE + self._closed[identity][1]
        if identity in self._open:
            position = self._open[identity][1]
            parent.lowest = min(parent.lowest, position)
            distance = parent.position - position
            return REFERENCE + distance.to_bytes(8, "little", signed=True)
        done = self._enter(child)
        return None if done is None else NODE + done

    def _enter(self, value: Any) -> bytes | None:
        """
        Encodes a value's own content; its digest if that is all, None if it has
        children to be walked.
        """
        if self._notes is not None:
            self._notes.see(value)
        facts = class_facts(type(value))
        out = KeyWriter(facts.tag)
        try:
            children = self._children(value, facts.kind, out)
        except UnkeyableError as error:
            if where := value_path([node.value for node in self._stack] + [value]):
                error.args = (f"{error} at {where}",)
            raise
        if children is None:
            # Small ones are encoded again faster than they are remembered.
            done = out.digest()
            return self._close(value, done) if out.is_large else done
        if id(value) in self._entangled:
            self._count_reentry(children)
        position = len(self._open)
        self._open[id(value)] = value, position
        self._stack.append(_Node(value, out, children, position))
        return None

    def _children(self, value: Any, kind: type, out: KeyWriter) -> Children:
        if encoder := encode.registry.get(kind):
            return encoder(value, out)
        encoder = encode.dispatch(kind)
        except_ = attributes_except.get(encoder)
        if except_ is None:
            return encoder(value, out)
        rest = {k: v for k, v in attributes(value).items() if k not in except_}
        return Inherited(value, encoder), rest

    def _leave(self) -> bytes:
        node = self._stack.pop()
        result = node.digest()
        if node.lowest < node.position:
            # Part of a cycle: what it means depends on where it is, so it can't be
            # remembered.
            parent = self._stack[-1]
            parent.lowest = min(parent.lowest, node.lowest)
            return result
        self._forget_open(node.position)
        return self._close(node.value, result)

    def _close(self, value: Any, result: bytes) -> bytes:
        self._closed[id(value)] = value, result
        return result

    def _forget_open(self, size: int) -> None:
        # Members of an unordered value must not refer to each other: which of them
        # comes first is chance.
        while len(self._open) > size:
            identity, (value, _) = self._open.popitem()
            self._entangled[identity] = value

    def _count_reentry(self, children: Children) -> None:
        self._reentries += 1 + len(members_of(children))
        if self._reentries > MAX_REENTRIES:
            raise UnkeyableError("a structure with too many cycles")
