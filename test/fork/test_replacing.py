"""The way from one cache to the other, on a release that is made up."""

import subprocess
from dataclasses import replace

import pytest

from fork import base, checkout, replacing
from fork.errors import SeriesError
from fork.imported import RELEASE
from fork.patches import Step
from fork.series import Patch, Replacing
from support.wheels import BASE_FILES, make_wheel, pin_to

FINAL = '''"""Of this release."""

NAMES: dict[str, str] = {
    "Probe": "gradio.caching.release.replaced",
}
"""What Gradio imports."""
'''
OLD = "def cache(): ...\nclass Probe: ...\n"


@pytest.fixture
def pinned(tmp_path, monkeypatch):
    """A release whose files import two names of a cache of its own."""
    imports = "from gradio.caching import Probe, cache\n"
    files = {**BASE_FILES, "gradio/caching.py": OLD, "gradio/queueing.py": imports}
    wheel = make_wheel(tmp_path, "2.0", files)
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(wheel))
    return replace(pin_to(wheel), drop=(replacing.MODULE,))


def step(number, names=(), additions=()):
    patch = Patch(number, f"p{number}", "", "", (), (), Replacing(names=tuple(names)))
    return Step(patch, {}, dict(additions), 0)


@pytest.fixture
def steps():
    files = {RELEASE: FINAL, "gradio/caching/__init__.py": ""}
    more = {"gradio/caching/keys.py": "KEY = 1\n"}
    first, second = step(1, additions=files), step(2, additions=more)
    return [first, second, step(3, ["cache"]), step(4, ["Probe"])]


@pytest.fixture
def made(project, pinned, steps):
    return replacing.in_place(project, pinned, steps)


def test_all_names_are_the_former_modules_at_first(made):
    row = '    "Probe": "gradio.caching.release.replaced",\n'
    former = [
        f'    "{name}": "gradio.caching.former",\n' for name in ("Probe", "cache")
    ]
    assert made[0].additions[RELEASE] == FINAL.replace(row, "".join(former))


def test_each_patch_changes_the_names_that_it_replaces(made, steps):
    assert made[1] is steps[1]
    first = made[0].additions[RELEASE]
    second = FINAL.replace("release.replaced", "former")
    assert made[2].edits == {RELEASE: (first, second)}
    assert made[3].edits == {RELEASE: (second, FINAL)}


@pytest.fixture
def root(project, pinned, tmp_path):
    """A repository with the module in it."""
    folder = tmp_path / "gradio"
    replacing.lay(project, pinned, folder)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def test_git_moves_the_module_and_deletes_it_with_the_last_name(made, root):
    for each in made[:3]:
        checkout.apply(root, each.diff, str(each.patch))
        assert (root / replacing.FORMER).read_text() == OLD
        assert not (root / replacing.MODULE).exists()
    checkout.apply(root, made[3].diff, "last")
    assert not (root / replacing.FORMER).exists()


def test_no_line_of_it_is_in_a_patch(made):
    said = b"".join(each.diff for each in made)
    assert not any(line.encode() in said for line in OLD.splitlines())


def test_it_is_named_as_git_names_it(project, pinned):
    named = subprocess.run(
        ["git", "hash-object", "--stdin"], input=OLD.encode(), capture_output=True
    )
    assert replacing.blob(project, pinned) == named.stdout.decode().strip()


def test_another_is_not_deleted(made, root):
    (root / replacing.MODULE).write_text(OLD + "# changed\n")
    for each in made[:3]:
        checkout.apply(root, each.diff, str(each.patch))
    with pytest.raises(SeriesError, match="does not match the current contents"):
        checkout.apply(root, made[3].diff, "last")


def test_a_name_that_no_patch_replaces_is_an_error_with_the_cure(
    project, pinned, steps
):
    says = r"^fork/series\.toml: no patch takes the place of Probe; name it in the"
    with pytest.raises(SeriesError, match=says):
        replacing.in_place(project, pinned, steps[:3])


def test_patches_take_the_place_of_one_module(project, pinned, steps):
    with pytest.raises(SeriesError, match=r"upstream\.toml: .* gradio/caching\.py alo"):
        replacing.in_place(project, replace(pinned, drop=("gradio/x.py",)), steps)
