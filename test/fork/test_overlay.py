import pytest

from fork import overlay
from fork.errors import OverlayError
from support.wheels import write_all


@pytest.fixture
def tree(tmp_path):
    files = ["blocks.py", "cli/__init__.py", "package.json", "py.typed"]
    write_all(tmp_path, {f"gradio/{name}": "" for name in files})
    return tmp_path


def test_names_leaves_out_what_is_not_source(tmp_path):
    kept = ["gradio/caching/keys.py", "gradio/caching/stores/memory.py"]
    other = ["gradio/caching/__pycache__/keys.pyc", "gradio/.DS_Store"]
    write_all(tmp_path, dict.fromkeys([*kept, *other, "gradio/.idea/x.py"], ""))
    assert overlay.names(tmp_path / "gradio") == kept


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("gradio/blocks.py", "gradio/blocks.py"),
        ("gradio/blocks/__init__.py", "gradio/blocks.py"),
        ("gradio/blocks/deep/inside.txt", "gradio/blocks.py"),
        ("gradio/cli.py", "gradio/cli"),
        ("gradio/package.json/x.txt", "gradio/package.json"),
        ("gradio/cli/__init__.py", "gradio/cli/__init__.py"),
    ],
)
def test_a_collision_is_an_error_that_names_both(tree, name, taken):
    with pytest.raises(OverlayError, match=f"^{name}: the base already has {taken};"):
        overlay.check(["gradio/caching/keys.py", name], tree)


def test_what_is_new_is_accepted(tree):
    overlay.check(
        ["gradio/caching/keys.py", "gradio/cli/cache.py", "gradio/caching.py"], tree
    )


def test_the_topmost_new_path_is_linked(tree):
    names = [
        "gradio/caching/keys.py",
        "gradio/caching/stores/memory.py",
        "gradio/cli/cache.py",
        "gradio/single.py",
    ]
    links = ["gradio/caching", "gradio/cli/cache.py", "gradio/single.py"]
    root = tree / "ours"
    found = overlay.links(dict.fromkeys(names, root), tree)
    assert found == dict.fromkeys(links, root)


def test_what_two_directories_of_ours_have_parts_of_is_linked_part_by_part(tree):
    ours, of_base = tree / "ours", tree / "bases/1.0"
    roots = {
        "gradio/caching/keys.py": ours,
        "gradio/caching/release/names.py": of_base,
        "gradio/caching/stores/base.py": ours,
        "gradio/caching/stores/memory.py": ours,
    }
    assert overlay.links(roots, tree) == {
        "gradio/caching/keys.py": ours,
        "gradio/caching/release": of_base,
        "gradio/caching/stores": ours,
    }


def test_the_same_file_in_two_directories_of_ours_is_an_error(tmp_path):
    twice = [tmp_path / "gradio", tmp_path / "bases/1.0/gradio"]
    for overlay_ in twice:
        write_all(overlay_.parent, {"gradio/caching/keys.py": ""})
    with pytest.raises(OverlayError, match=r"^gradio/caching/keys\.py: .*bases/1\.0"):
        overlay.roots(twice)


def test_the_error_names_the_way_to_take_a_files_place(tree):
    with pytest.raises(OverlayError, match="name it in `drop` .* upstream.toml"):
        overlay.check(["gradio/blocks/__init__.py"], tree)
