import inspect
import re
from itertools import groupby
from pathlib import Path

import pytest

from fork import base, diff, edit, edit_file, pin, report
from fork.errors import SeamError
from fork.project import HERE
from fork.release import Release
from gradio.caching import serving

GOOD = {
    "scope": '"Queue.push"',
    "before": '"return 1"',
    "insert": '"x()"',
    "why": '"Because."',
}
MOST_LINES_IN_ALL = 34
# in a list of what is imported
NAMED = re.compile(r"(import|,) serving\b(?!\.)")


def write(folder: Path, name: str, **changes: str | None) -> Path:
    values = {**GOOD, **changes}
    rows = [f"{key} = {value}\n" for key, value in values.items() if value is not None]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[[edit]]\n" + "".join(rows))
    return path


def read(folder: Path, **changes: str | None):
    return edit_file.read(write(folder, "gradio/q.py.toml", **changes), folder)


def test_reads_what_is_written(tmp_path):
    [seam] = read(tmp_path)
    assert (seam.file, seam.scope) == ("gradio/q.py", "Queue.push")
    assert (seam.place, seam.anchor) == ("before", "return 1")
    assert (seam.insert, seam.why) == ("x()", "Because.")


def test_the_module_is_an_empty_scope(tmp_path):
    [seam] = read(tmp_path, scope='""')
    assert seam.scope == ""


def test_an_anchor_is_dedented(tmp_path):
    [seam] = read(tmp_path, before="'''\n    try:\n        go()\n'''")
    assert seam.anchor == "try:\n    go()"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"why": None}, "missing why"),
        ({"scope": None, "insert": None}, "missing insert, scope"),
        ({"why": '"  "'}, "why must be text, and not empty"),
        ({"before": '""'}, "before must be text, and not empty"),
        ({"insert": "3"}, "insert must be text"),
        ({"because": '"x"'}, "unknown because; known are after, before"),
        ({"before": None}, "exactly one of before, after, in"),
        ({"after": '"x"'}, "exactly one of before, after, in"),
        ({"replace": '"x"'}, "`in` and `replace` go together"),
        ({"before": None, "in": '"x"'}, "`in` and `replace` go together"),
        ({"insert": '"1\\n2\\n3\\n4"'}, "inserts 4 lines, at most 3"),
        ({"since": '"six"'}, "since must be a version, like 6.12.0"),
        ({"until": "6.12"}, "until must be text"),
    ],
)
def test_a_bad_edit_is_an_error_that_says_where(tmp_path, changes, says):
    with pytest.raises(SeamError, match=says) as error:
        read(tmp_path, **changes)
    assert "q.py.toml, edit 1" in str(error.value)


@pytest.mark.parametrize("text", ["", "edit = 1", "[edit]", "[[edits]]", "edit = [1]"])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "q.py.toml"
    path.write_text(text)
    with pytest.raises(SeamError, match=r"q\.py\.toml"):
        edit_file.read(path, tmp_path)


def test_not_toml_is_an_error(tmp_path):
    path = tmp_path / "q.py.toml"
    path.write_text("[[edit")
    with pytest.raises(SeamError, match="not valid TOML"):
        edit_file.read(path, tmp_path)


def test_read_all_takes_every_file_and_keeps_the_order_of_edits(tmp_path):
    write(tmp_path, "gradio/b.py.toml")
    write(tmp_path, "gradio/a/c.py.toml")
    with (tmp_path / "gradio/b.py.toml").open("a") as file:
        file.write(write(tmp_path, "other.txt", scope='"second"').read_text())
    write(tmp_path, "client/js/c.ts.toml")
    found = [(seam.file, seam.scope) for seam in edit_file.of_python(tmp_path)]
    assert found[:1] == [("gradio/a/c.py", "Queue.push")]
    assert found[1:] == [("gradio/b.py", "Queue.push"), ("gradio/b.py", "second")]


@pytest.mark.parametrize(
    ("version", "kept"),
    [("6.9.0", "until"), ("6.11.0", "until"), ("6.12.0", "since"), ("6.31.0", "since")],
)
def test_an_edit_is_for_releases_within_its_bounds(tmp_path, version, kept):
    for bound in ("since", "until"):
        write(tmp_path, f"gradio/{bound}.py.toml", **{bound: '"6.12.0"'})
    write(tmp_path, "gradio/always.py.toml")
    found = edit_file.of_python(tmp_path, version)
    assert {edit.file for edit in found} == {"gradio/always.py", f"gradio/{kept}.py"}


SOURCE = {"scope": None, "after": "'''\n\tone\n'''", "before": None}


def test_what_is_not_python_has_no_scope_and_keeps_its_white_space(tmp_path):
    write(tmp_path, "js/a.ts.toml", **SOURCE, insert="'b\\nc\\nd\\ne'")
    write(tmp_path, "gradio/a.py.toml")
    [edit] = edit_file.of_sources(tmp_path)
    assert (edit.file, edit.scope, edit.place) == ("js/a.ts", None, "after")
    assert edit.anchor == "\tone"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"after": None}, "exactly one of before, after, in"),
        ({"insert": None}, "missing insert"),
        ({"why": None}, "missing why"),
        ({"before": '"a"'}, "exactly one of before, after, in"),
        ({"scope": '"d"'}, "unknown scope; known are after, before"),
        ({"replace": '"d"'}, "`in` and `replace` go together"),
        ({"after": "3"}, "after must be text, and not empty"),
    ],
)
def test_a_bad_edit_of_a_source_is_an_error(tmp_path, changes, says):
    write(tmp_path, "js/a.ts.toml", **{**SOURCE, **changes})
    with pytest.raises(SeamError, match=says):
        edit_file.of_sources(tmp_path)


def test_our_seams_have_a_reason():
    seams = edit_file.of_python(HERE.seams)
    assert seams
    assert all(len(seam.why.split()) > 2 for seam in seams)


@pytest.mark.parametrize("pinned", pin.read_all(HERE.pin), ids=lambda p: p.version)
def test_our_seams_stay_small(pinned):
    """The count is that of the diff: of lines added to a base that are not blank."""
    tree = base.unpacked(HERE.base, pinned)
    seams = edit_file.of_python(HERE.seams, pinned.version)
    new = edit.patched(tree, seams)
    files = [diff.render({n: (edit.read(tree, n), new[n])}, {}) for n in new]
    added = re.findall(r"^\+(?!\+\+ ).*\S", "".join(files), re.MULTILINE)
    assert len(added) <= MOST_LINES_IN_ALL
    assert f"{len(added)} lines" == report.added_lines(
        HERE, Release(pinned.version, tree)
    )


def test_our_seams_import_serving_and_the_fields_alone():
    inserted = "\n".join(
        seam.insert for seam in edit_file.of_python(HERE.seams, HERE.version)
    )
    found = set(re.findall(r"from gradio\.caching.*", inserted))
    assert "from gradio.caching import serving" in found
    assert found <= {
        "from gradio.caching import serving",
        "from gradio.caching.release.wire import CacheFields",
        "from gradio.caching import cache",
        "from gradio.caching import Cache, cache",
    }


def test_our_seams_call_all_hooks_and_no_others():
    inserted = "\n".join(
        seam.insert
        for base_of_ours in pin.read_all(HERE.pin)
        for seam in edit_file.of_python(HERE.seams, base_of_ours.version)
    )
    ours = inspect.getsource(serving)
    called = set(re.findall(r"\bserving\.(\w+)", inserted))
    called |= set(re.findall(r"\b_SERVING\.(\w+)", ours))
    decorators = set(re.findall(r"^(?:async )?def ([a-z]\w+)", ours, re.MULTILINE))
    assert called == set(serving._HOMES) | decorators
    assert all(callable(getattr(serving, name)) for name in called)


def test_an_edited_file_imports_serving_once_and_at_its_top():
    for _, seams in groupby(
        edit_file.of_python(HERE.seams, HERE.version), lambda seam: seam.file
    ):
        texts = [(seam.scope, seam.insert) for seam in seams]
        importing = [scope for scope, text in texts if NAMED.search(text)]
        calls = any("serving." in text for _, text in texts)
        assert importing == ([""] if calls else [])


def test_our_seams_hold_no_comments_and_no_try():
    for seam in edit_file.of_python(HERE.seams, HERE.version):
        words = seam.insert.split()
        assert "#" not in seam.insert, seam
        assert not {"try:", "except", "with", "for", "while"} & set(words), seam


def test_seams_fit_the_pinned_base(base_tree):
    assert pin.read(HERE.pin).version in base_tree.name
    assert edit.patched(base_tree, edit_file.of_python(HERE.seams, HERE.version))


@pytest.mark.parametrize("pinned", pin.read_all(HERE.pin), ids=lambda p: p.version)
def test_seams_fit_every_base(pinned):
    tree = base.unpacked(HERE.base, pinned)
    assert edit.patched(tree, edit_file.of_python(HERE.seams, pinned.version))
