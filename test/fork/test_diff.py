import shutil

import pytest

from fork import diff, edit, edit_file, overlay
from fork.project import HERE
from support.commands import run


def git_apply(path, text, tmp_path):
    patch_file = tmp_path / "x.diff"
    patch_file.write_bytes(text.encode())
    run("git", "apply", patch_file, cwd=path)


@pytest.mark.parametrize(
    ("old", "new"),
    [("a\nb\n", "a\nc\n"), ("a\nb", "a\nb\n"), ("a\n", "a\nb"), ("a\r\nb\n", "c\nb\n")],
)
def test_git_applies_a_change(tmp_path, old, new):
    (tmp_path / "f").write_bytes(old.encode())
    git_apply(tmp_path, diff.unified(old, new, "a/f", "b/f"), tmp_path)
    assert (tmp_path / "f").read_bytes() == new.encode()


def test_the_whole_diff_applies_to_the_base(base_tree, tmp_path):
    """Also our files that are empty; and it leaves what is assembled."""
    copy = tmp_path / "upstream"
    skipped = shutil.ignore_patterns("templates")
    shutil.copytree(base_tree / "gradio", copy / "gradio", ignore=skipped)
    run("git", "init", "--quiet", cwd=copy)
    run("git", "apply", "--whitespace=nowarn", diff.write(HERE), cwd=copy)
    edited = edit.patched(base_tree, edit_file.of_python(HERE.seams, HERE.version))
    for name, text in edited.items():
        assert (copy / name).read_bytes() == text.encode()
    for name, root in overlay.roots(HERE.overlays).items():
        assert (copy / name).read_bytes() == (root / name).read_bytes()


def test_empty_and_unfinished_files_of_ours_apply(project, tmp_path):
    (project.overlay / "caching/bare.py").write_text("no_newline = 1")
    path = diff.write(project)
    [tree] = (path for path in project.base.iterdir() if path.is_dir())
    copy = shutil.copytree(tree, tmp_path / "upstream")
    run("git", "apply", path, cwd=copy)
    assert (copy / "gradio/caching/__init__.py").read_bytes() == b""
    assert (copy / "gradio/caching/bare.py").read_text() == "no_newline = 1"
