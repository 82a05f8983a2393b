"""The survey, on the real base and on releases made up from it."""

import re
from dataclasses import replace
from functools import cache

import pytest

from fork import edit_file, frontend, pin, release, report, survey
from fork.project import HERE
from fork.release import Release
from support.wheels import write_all

NAMES = {edit.file for edit in edit_file.of_sources(HERE.seams)}


@pytest.fixture(scope="module")
def base() -> Release:
    return release.pinned(HERE, pin.read(HERE.pin))


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Release:
    """A release with our name taken, one file of Python, and no frontend."""
    tree = tmp_path_factory.mktemp("empty")
    holder = "class StateHolder:\n    def __getitem__(self, name):\n        pass\n"
    files = {
        "gradio/a.py": "from gradio.caching import Missing, cache",
        "gradio/caching.py": "",
        "gradio/state_holder.py": holder,
    }
    write_all(tree, files)
    return Release("0", tree)


@pytest.fixture(scope="module")
def rows(base, empty) -> list[survey.Row]:
    return survey.rows(HERE, [base, empty])


def test_every_edit_is_clean_against_the_base(rows):
    assert {row.standings[0].status for row in rows} <= {"clean", "not for it"}


def test_every_edit_is_there(rows):
    python = [row for row in rows if row.scope]
    assert len(python) == len(edit_file.of_python(HERE.seams))
    sources = [row for row in rows if row.file in NAMES]
    assert len(sources) == len(edit_file.of_sources(HERE.seams))
    for tree in frontend.TREES:
        scripts = [row for row in rows if row.file.startswith(f"templates/{tree}")]
        assert len([row for row in scripts if row.lines]) == 5


def test_every_edit_says_why_and_how_much(rows):
    assert all(row.why.endswith(".") for row in rows)
    assert all(row.lines for row in rows if row.scope or row.file in NAMES)


def test_a_release_without_what_edits_are_anchored_at(rows):
    found = {(row.file, row.anchor): str(row.standings[1]) for row in rows}
    assert str(rows[0].standings[1]) == "broken: the base already has gradio/caching.py"
    assert str(rows[1].standings[1]) == "broken: gradio/a.py imports Missing"
    assert "broken: no such file" in found.values()
    assert "broken: the anchor matches nothing" in found.values()
    assert "broken: matches 0 times" in found.values()
    assert "broken: 0 there, 108 or 113 expected" in found.values()
    assert found["requirements.txt", "before brotli>="] == "not in the wheel"


def test_fields_that_a_chunk_has_already_are_counted():
    place = {"line": 7, "lines": 1, "keys": 4, "upstream": 3}
    said = [str(survey._of_chunk([{**place, "upstream": n}])) for n in (0, 3, 4)]
    assert said == [
        "clean, line 7",
        "clean, line 7: 3 of 4 fields are upstream",
        "already upstream",
    ]


def test_our_own_frontend_has_all_fields_upstream(base, tmp_path):
    """Our edited chunks are a release that has the fields."""
    edited = tmp_path / "gradio/templates/frontend/assets"
    edited.mkdir(parents=True)
    built = HERE.live / "gradio/templates/frontend/assets"
    for path in built.rglob("*.js"):
        if b"process_completed" in (code := path.read_bytes()):
            (edited / path.name).write_bytes(code)
    found = list(survey._compiled(replace(base, tree=tmp_path)))
    [client] = [row for row in found if "process_completed" in row.anchor][:1]
    assert client.standings[0].status == "already upstream"


def test_it_says_what_to_do_about_each_edit_that_does_not_fit(rows, base, empty):
    said = report._cures(rows, [base, empty])
    wrong = [row for row in rows if row.standings[1].status in ("broken", "moved")]
    assert len(said.splitlines()) == len(wrong) + 1
    for start, cure in [
        ("gradio/caching, 0: broken", "in `drop` of this base in upstream.toml"),
        ("gradio/caching, 0: broken", "in NAMES of bases/0/gradio/caching/release"),
        (
            "gradio/queueing.py, Queue.push",
            "beside it in seams/gradio/queueing.py.toml",
        ),
        ("templates/frontend/assets, case", "mend `find` in seams/frontend/client.mjs"),
        ("templates/frontend/index.html", "`expected` in seams/frontend/bust.mjs"),
        ("templates/frontend/share.html", "`expected` in seams/frontend/share.mjs"),
    ]:
        lines = [line for line in said.splitlines() if line.startswith(f"- {start}")]
        assert any(cure in line for line in lines), start


def test_nothing_is_to_do_about_our_bases():
    assert "To do" not in table_of_bases()


@cache
def table_of_bases() -> str:
    return report.table(HERE, [])


def test_the_table_has_a_column_for_each_base():
    table = table_of_bases()
    head, rule, *body = table.splitlines()
    versions = [each.version for each in pin.read_all(HERE.pin)]
    assert head == f"| File | Scope | Anchor | Lines | Why | {' | '.join(versions)} |"
    assert rule.count("---") == 5 + len(versions)
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in body]
    assert set(cells) == {6 + len(versions)}


def test_the_table_in_contributing_lists_the_edits_that_there_are():
    """If this fails: replace the table by what `make seams` prints."""
    text = (HERE.root / "CONTRIBUTING.md").read_text("utf-8")
    wanted = [line.split(" | ")[:5] for line in table_of_bases().splitlines()[2:]]
    found = [line.split(" | ")[:5] for line in text.splitlines()]
    assert [row for row in wanted if row not in found] == []
    rows = [row for row in found if len(row) == 5 and row[0].startswith("| `")]
    assert len(rows) == len(wanted)
