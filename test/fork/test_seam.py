import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fork import locate, seam
from fork.errors import SeamError
from fork.seam import Seam

SOURCE = '''\
"""Stays as it is."""
import os    # odd   spacing


class Queue:
    def push(self, body):
        if body:
            return 1
        elif self.full:
            return 2
        return 1


@decorated
def last(): return [1,2]'''


def edit(place: str, anchor: str, insert: str, scope="", replace="") -> str:
    return seam.apply(
        Seam("gradio/q.py", scope, place, anchor, insert, "why", replace), SOURCE
    )


def test_before_takes_the_statements_indent():
    text = edit("before", "if body:", "one()\nif two:\n    three()", "Queue.push")
    added = "        one()\n        if two:\n            three()\n"
    assert text == SOURCE.replace("        if body", added + "        if body")


def test_after_a_compound_statement_is_after_all_of_it():
    text = edit("after", "if body:", "one()", "Queue.push")
    assert "            return 2\n        one()\n        return 1\n" in text


def test_blank_lines_are_kept():
    text = edit("before", "if body:", "\none()\n\n", "Queue.push")
    body = "        if body"
    assert text == SOURCE.replace(body, f"\n        one()\n\n{body}")


def test_a_branch_can_be_put_before_an_elif():
    text = edit("before", "elif self.full", "elif a:\n    b()", "Queue.push")
    assert "        elif a:\n            b()\n        elif self.full:\n" in text


def test_before_a_decorated_function_is_before_its_decorators():
    assert "one()\n@decorated\ndef last" in edit("before", "@decorated", "one()")


def test_after_a_last_line_that_has_no_end():
    assert edit("after", "@decorated", "one()") == SOURCE + "\none()\n"


def test_in_replaces_a_piece_of_the_statement():
    text = edit("in", "elif self.full", "self.full or x", "Queue.push", "self.full")
    assert text == SOURCE.replace("self.full", "self.full or x")


@pytest.mark.parametrize("times", [0, 2])
def test_in_wants_the_piece_exactly_once(times):
    piece = ["nowhere", "return"][times // 2]
    with pytest.raises(SeamError, match=f"{piece!r} occurs {times} times .* line 7"):
        edit("in", "if body:", "x", "Queue.push", piece)


@pytest.mark.parametrize(
    ("scope", "anchor", "says"),
    [
        ("Queue.push", "while", "the anchor matches nothing, wanted exactly 1"),
        ("Queue.push", "return 1", r"the anchor matches 2 times \(line 8, line 11\)"),
        ("Queue.pull", "return", "the scope matches nothing"),
    ],
)
def test_an_error_names_file_scope_and_anchor(scope, anchor, says):
    with pytest.raises(SeamError, match=says) as error:
        edit("before", anchor, "x", scope)
    assert f"gradio/q.py: scope {scope}: before '{anchor}'" in str(error.value)


def test_an_ambiguous_scope_is_an_error():
    twice = Seam("gradio/q.py", "f", "before", "pass", "x", "why")
    with pytest.raises(SeamError, match=r"the scope matches 2 times \(line 1, line 2"):
        seam.apply(twice, "def f(): pass\ndef f(): pass\n")


def test_broken_syntax_is_an_error():
    with pytest.raises(SeamError, match="<module>: after .* leaves a syntax error"):
        edit("after", "import os", "if True:")


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@given(st.lists(NAMES, min_size=1, unique=True), st.data())
def test_no_other_byte_changes(names, data):
    source = "".join(f"{name}  = [ '\x0c' ]\r\n" for name in names)
    anchor = data.draw(st.sampled_from(names))
    place = data.draw(st.sampled_from(["before", "after"]))
    text = seam.apply(Seam("f.py", "", place, anchor, "new()", "why"), source)
    rows = locate.lines(text)
    rows.remove("new()\n")
    assert "".join(rows) == source
    assert len(ast.parse(text).body) == len(names) + 1


@pytest.mark.parametrize(
    ("replace", "insert", "lines"),
    [
        ("", "one\ntwo\n", 2),
        ("a or", "b or a or", 1),
        ('"x",\n', '"x",\n"y",\n', 1),
        ("a\nb\n", "c\nd\n", 2),
        ("a\nb\n", "a\n", 0),
        ("", "one\n\ntwo\n\n", 2),
    ],
)
def test_only_lines_that_are_not_the_bases_count(replace, insert, lines):
    assert Seam("f.py", "", "in", "x", insert, "why", replace).inserted_lines == lines
