import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fork import edit as edits
from fork import locate
from fork.edit import Edit
from fork.errors import SeamError

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
    return edits.apply(
        Edit("gradio/q.py", scope, place, anchor, insert, "why", replace), SOURCE
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
    twice = Edit("gradio/q.py", "f", "before", "pass", "x", "why")
    with pytest.raises(SeamError, match=r"the scope matches 2 times \(line 1, line 2"):
        edits.apply(twice, "def f(): pass\ndef f(): pass\n")


def test_broken_syntax_is_an_error():
    with pytest.raises(SeamError, match="<module>: after .* leaves a syntax error"):
        edit("after", "import os", "if True:")


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@given(st.lists(NAMES, min_size=1, unique=True), st.data())
def test_no_other_byte_changes(names, data):
    source = "".join(f"{name}  = [ '\x0c' ]\r\n" for name in names)
    anchor = data.draw(st.sampled_from(names))
    place = data.draw(st.sampled_from(["before", "after"]))
    text = edits.apply(Edit("f.py", "", place, anchor, "new()", "why"), source)
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
        ("", "\none\n\ntwo\n", 2),
    ],
)
def test_only_lines_that_are_not_the_bases_count(replace, insert, lines):
    assert Edit("f.py", "", "in", "x", insert, "why", replace).inserted_lines == lines


# --- what is not Python is anchored by its text ---

LINES = "one {\n\ttwo;\n\t\tthree;\n}\n"


def in_text(place: str, anchor: str, insert: str, replace: str = "") -> str:
    edit = Edit("a.ts", None, place, anchor, insert, "because", replace)
    return edits.apply(edit, LINES)


@pytest.mark.parametrize(
    ("place", "anchor", "insert", "result"),
    [
        ("before", "two;", "new;", "one {\n\tnew;\n\ttwo;\n\t\tthree;\n}\n"),
        ("after", "two", "new;\n", "one {\n\ttwo;\n\tnew;\n\t\tthree;\n}\n"),
        ("after", "two;\n\t\tthr", "a;\n\tb;", f"{LINES[:-2]}\t\ta;\n\t\t\tb;\n}}\n"),
        ("before", "one", "new;\n\n", f"new;\n\n{LINES}"),
        ("after", "}", "\nnew;", f"{LINES}\nnew;\n"),
    ],
)
def test_lines_are_put_in_with_the_indentation_there(place, anchor, insert, result):
    assert in_text(place, anchor, insert) == result


def test_a_part_of_the_lines_of_an_anchor_is_replaced():
    assert in_text("in", "two;\n", "2", "two") == LINES.replace("two", "2")


@pytest.mark.parametrize(
    ("anchor", "says"),
    [
        ("four", "matches nothing"),
        (";", r"matches 2 times \(line 2, line 3\)"),
        ("two;\n\tthree", "matches nothing"),
    ],
)
def test_a_text_has_to_be_there_once(anchor, says):
    with pytest.raises(SeamError, match=rf"a\.ts: before .*: the anchor {says}"):
        in_text("before", anchor, "new")


def test_what_is_replaced_has_to_be_there_once():
    with pytest.raises(SeamError, match="'e' occurs 2 times in what begins at line 3"):
        in_text("in", "three", "new", "e")


# --- several edits of a tree ---


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "a.py").write_bytes(b"one()\r\ntwo()\n")
    return tmp_path


def before(anchor: str, insert: str, file: str = "a.py") -> Edit:
    return Edit(file, "", "before", anchor, insert, "why")


def test_later_edits_see_earlier_ones(tree):
    both = [before("two", "three()"), before("three", "four()")]
    expected = {"a.py": "one()\r\nfour()\nthree()\ntwo()\n"}
    assert edits.patched(tree, both) == expected


def test_the_base_is_not_written_to(tree):
    edits.patched(tree, [before("two", "three()")])
    assert (tree / "a.py").read_bytes() == b"one()\r\ntwo()\n"


def test_a_file_that_the_base_lacks_is_an_error(tree):
    with pytest.raises(SeamError, match=r"b\.py: the base has no such file"):
        edits.patched(tree, [before("two", "three()", "b.py")])
