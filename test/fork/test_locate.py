import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fork import locate

SOURCE = '''\
import os


def twice(): ...


class Queue:
    size = 1

    @property
    async def push(self, body):
        """Adds."""
        if body:
            first = 1; second = 2
        elif self.size:
            return None
        try:
            self.event(
                body,
            )
        except ValueError:
            return first

        def inner():
            return second

        return first


def twice(): ...
'''


def find(scope: str, anchor: str) -> list[str]:
    [node] = locate.scopes(ast.parse(SOURCE), scope)
    rows = locate.lines(SOURCE)
    spans = locate.statements(SOURCE, node, anchor)
    return ["".join(rows[span.start : span.stop]) for span in spans]


@pytest.mark.parametrize(
    ("scope", "anchor", "begins", "rows"),
    [
        ("", "import os", "import os", 1),
        ("", "class Queue", "class Queue", 21),
        ("Queue", "size =", "    size = 1", 1),
        ("Queue", "@property", "    @property", 18),
        ("Queue.push", "elif self.size", "        elif self.size", 2),
        ("Queue.push", "self.event(\n    body,", "            self.event(", 3),
        ("Queue.push", "except ValueError", "        except", 2),
        ("Queue.push.inner", "return second", "            return second", 1),
    ],
)
def test_finds_whole_statements(scope, anchor, begins, rows):
    [source] = find(scope, anchor)
    assert source.startswith(begins)
    assert source.count("\n") == rows


def test_anchors_do_not_reach_into_other_scopes():
    assert find("Queue.push", "return second") == []
    assert find("", "size =") == []


def test_every_match_is_reported():
    assert len(find("Queue.push", "return")) == 3


def test_a_statement_without_a_line_of_its_own_is_no_anchor():
    assert find("Queue.push", "second = 2") == []
    assert len(find("Queue.push", "first = 1")) == 1


@pytest.mark.parametrize(
    ("scope", "times"), [("twice", 2), ("Queue.pull", 0), ("inner", 0), ("Queue", 1)]
)
def test_scopes_are_counted_too(scope, times):
    assert len(locate.scopes(ast.parse(SOURCE), scope)) == times


def test_lines_end_where_python_ends_them():
    text = "a = '\x0c\u2028'\r\nb = 2\nc = 3"
    assert locate.lines(text) == ["a = '\x0c\u2028'\r\n", "b = 2\n", "c = 3"]


@given(st.text("a\n\r", max_size=12), st.text("a\n\r", min_size=1, max_size=3))
def test_passages_are_whole_lines_around_each_match(text, anchor):
    rows = locate.lines(text)
    starts = [i for i in range(len(text)) if text.startswith(anchor, i)]
    spans = locate.passages(text, anchor)
    assert len(spans) == len(starts)
    for span, start in zip(spans, starts, strict=True):
        before = len("".join(rows[: span.start]))
        passage = "".join(rows[span.start : span.stop])
        assert before <= start < before + len(rows[span.start])
        assert passage[start - before :].startswith(anchor)
        assert len(passage) - len(rows[span.stop - 1]) < start - before + len(anchor)
