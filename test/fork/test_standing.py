import pytest

from fork import edit as edits
from fork import standing
from fork.edit import Edit
from fork.standing import Standing

TEXT = """\
class Queue:
    def push(self):
        self.check()
        return 1


    def pull(self):
        return 2
"""


def edit(anchor, scope="Queue.push", insert="note()\n", place="before", replace=""):
    return Edit("q.py", scope, place, anchor, insert, "why", replace)


def of(*seams, text=TEXT):
    return standing.of_edits(seams, text)


def test_an_edit_that_fits_is_clean_wherever_its_line_is():
    assert of(edit("return 1")) == [Standing("clean", 4)]
    assert of(edit("return 1"), text=f"import os\n\n{TEXT}") == [Standing("clean", 6)]


def test_an_anchor_that_is_in_another_scope_now_has_moved():
    [found] = of(edit("return 2"))
    assert found == Standing("moved", 8, "to Queue.pull")
    assert str(found) == "moved, line 8: to Queue.pull"


def test_a_scope_that_is_gone_is_searched_for():
    assert of(edit("self.check()", scope="Line.push")) == [
        Standing("moved", 3, "to Queue.push")
    ]


@pytest.mark.parametrize(
    ("anchor", "note"),
    [("break", "the anchor matches nothing"), ("return", "the anchor matches nothing")],
)
def test_an_anchor_that_is_nowhere_or_often_is_broken(anchor, note):
    assert of(edit(anchor, scope="Queue")) == [Standing("broken", note=note)]


def test_what_would_leave_a_syntax_error_is_broken():
    [found] = of(edit("return 1", insert="if True:"))
    assert found.status == "broken"
    assert found.note.startswith("leaves a syntax error")


def test_lines_that_the_scope_has_are_upstream():
    assert of(edit("return 1", insert="self.check()\n")) == [
        Standing("already upstream")
    ]
    # the same line in another function is none of ours
    assert of(edit("return 2", "Queue.pull", "self.check()")) == [Standing("clean", 8)]


def test_of_a_replacement_only_what_is_new_has_to_be_upstream():
    names = "NAMES = [\n    'Blocks',\n    'Cache',\n]\n"
    insert, replace = "    'Blocks',\n    'Cache',\n", "    'Blocks',\n"
    ours = edit("NAMES", "", insert, "in", replace)
    assert of(ours, text=names) == [Standing("already upstream")]
    without = names.replace("    'Cache',\n", "")
    assert of(ours, text=without) == [Standing("clean", 1)]


def test_an_edit_may_rest_on_the_one_before():
    first = edit("return 1", insert="one()\ntwo()")
    second = edit("two()", insert="before_two()")
    assert of(first, second) == [Standing("clean", 4), Standing("clean", 4)]
    assert of(second) == [Standing("broken", note="the anchor matches nothing")]


def test_lines_are_those_of_the_release_and_not_of_what_is_edited():
    first = edit("self.check()", insert="one()\ntwo()")
    second = edit("return 2", "Queue.pull")
    assert [found.line for found in of(first, second)] == [3, 8]


def test_what_is_clean_applies():
    ours = edit("return 1")
    [found] = of(ours)
    line = edits.apply(ours, TEXT).splitlines()[found.line - 1]
    assert line.strip() == "note()"


# --- what is not Python ---


def source(anchor, insert="new;"):
    return Edit("a.ts", None, "before", anchor, insert, "why")


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([source("two;")], [Standing("clean", 2)]),
        ([source("two;", "a;\nb;"), source("four;")], [("clean", 2), ("clean", 4)]),
        ([source("two; three;")], [("moved", None, standing.WHITE_SPACE)]),
        ([source("five;")], [("broken", None, "the anchor matches nothing")]),
        ([source("t")], [("broken", None, "the anchor matches 2 times (line 2")]),
        ([source("two;", "four;\n\none;")], [Standing("already upstream")]),
    ],
)
def test_standing_of_what_is_not_python(edits, found):
    wanted = [each if isinstance(each, Standing) else Standing(*each) for each in found]
    text = "one;\ntwo;\nthree;\nfour;\n"
    assert standing.of_edits(edits, text) == wanted
