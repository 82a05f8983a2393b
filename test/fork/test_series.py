import re

import pytest

from fork import series
from fork.errors import SeriesError
from fork.series import Replacing

VERSION = "6.12.0"
GOOD = {
    "name": '"wire"',
    "title": '"Fields"',
    "text": '"Nothing sets them."',
    "files": '["gradio/a.py", "test/*"]',
}


def write(folder, *patches):
    path = folder / "series.toml"
    tables = (
        "".join(
            f"{key} = {value}\n" for key, value in {**GOOD, **patch}.items() if value
        )
        for patch in patches
    )
    path.write_text("".join(f"[[patch]]\n{table}" for table in tables))
    return path


@pytest.fixture
def patches(tmp_path):
    edits = '["gradio/q.py: *hits*"]'
    other = {"name": '"values"', "files": '["gradio/types/*"]', "edits": edits}
    return series.read(write(tmp_path, {}, other), VERSION)


def test_patches_are_numbered_in_their_order(patches):
    assert [str(patch) for patch in patches] == ["01-wire", "02-values"]
    assert patches[0].files == ("gradio/a.py", "test/*")
    assert patches[0].edits == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": None}, "patch 1: name must be text, and not empty"),
        ({"title": '" "'}, "patch 1: title must be text, and not empty"),
        ({"text": "3"}, "patch 1: text must be text, and not empty"),
        ({"files": '"gradio/a.py"'}, "patch 1: files must be a list of texts"),
        ({"edits": "[1]"}, "patch 1: edits must be a list of texts"),
        ({"paths": "[]"}, "patch 1: must be a table of name, title, text, files, edit"),
        ({"since": '"six"'}, "patch 1: since must be a version, like 6.12.0"),
        ({"until": "6"}, "patch 1: until must be a version, like 6.12.0"),
        (
            {"replacing": "1"},
            "patch 1: replacing must be a table of names, removes, te",
        ),
        ({"replacing": "{}"}, "patch 1: replacing: text must be text, and not empty"),
        (
            {"replacing": '{text = "x", names = "y"}'},
            "patch 1: replacing: names must be a list of texts",
        ),
    ],
)
def test_a_bad_patch_is_an_error(tmp_path, changes, says):
    with pytest.raises(SeriesError, match=says):
        series.read(write(tmp_path, changes), VERSION)


def test_two_patches_of_one_name_are_an_error(tmp_path):
    with pytest.raises(SeriesError, match="two patches have the same name"):
        series.read(write(tmp_path, {}, {}), VERSION)


def test_a_file_without_patches_is_an_error(tmp_path):
    path = tmp_path / "series.toml"
    path.write_text("patch = 1")
    with pytest.raises(SeriesError, match=r"may hold \[\[patch\]\] tables only"):
        series.read(path, VERSION)


def test_each_file_and_each_edit_has_its_patch(patches):
    wire, values = patches
    names = ["gradio/a.py", "test/b/c.py", "gradio/types/x.py"]
    assert list(series.divided(patches, "files", names).values()) == [
        wire,
        wire,
        values,
    ]
    [found] = series.divided(patches, "edits", ["gradio/q.py: Tells hits."]).values()
    assert found is values


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ["gradio/a.py", "test/b.py", "gradio/types/x.py", "gradio/new.py"],
            "gradio/new.py is in no patch, name it in the `files` of one",
        ),
        (["gradio/a.py", "gradio/types/x.py"], "test/* of 01-wire matches nothing"),
    ],
)
def test_a_file_or_a_pattern_left_over_is_an_error(patches, names, says):
    with pytest.raises(SeriesError, match=re.escape(says)):
        series.divided(patches, "files", names)


def test_a_file_in_two_patches_is_an_error(tmp_path):
    patches = series.read(write(tmp_path, {}, {"name": '"values"'}), VERSION)
    says = "test/b.py is in 01-wire and in 02-values"
    with pytest.raises(SeriesError, match=says):
        series.divided(patches, "files", ["gradio/a.py", "test/b.py"])


@pytest.mark.parametrize(
    ("version", "names"),
    [("6.11.0", ["01-old", "02-wire"]), ("6.12.0", ["01-wire", "02-new"])],
)
def test_a_patch_is_for_releases_within_its_bounds(tmp_path, version, names):
    old = {"name": '"old"', "until": '"6.12.0"'}
    new = {"name": '"new"', "since": '"6.12.0"'}
    path = write(tmp_path, old, {}, new)
    assert list(map(str, series.read(path, version))) == names


def test_what_a_patch_replaces_is_read(tmp_path):
    told = '{text = "Ours now.", names = ["cache"], removes = ["demo/cache_demo"]}'
    path = write(tmp_path, {"replacing": told})
    [patch] = series.read(path, VERSION)
    assert patch.replacing == Replacing()
    [patch] = series.read(path, VERSION, in_place=True)
    assert patch.replacing.text == "Ours now."
    assert patch.replacing.names == ("cache",)
    assert patch.replacing.removes == ("demo/cache_demo",)


def test_a_pattern_may_take_names_out(tmp_path):
    one = {"files": '["gradio/*", "!gradio/b.py"]'}
    other = {"name": '"other"', "files": '["gradio/b.py"]'}
    patches = series.read(write(tmp_path, one, other), VERSION)
    found = series.divided(patches, "files", ["gradio/a.py", "gradio/b.py"])
    assert list(found.values()) == patches


def test_a_pattern_may_be_for_another_base(patches):
    names = ["gradio/a.py", "gradio/types/x.py"]
    found = series.divided(patches, "files", names, others=["test/x.py"])
    assert set(found) == {*names}
