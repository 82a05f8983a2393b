import pytest

from fork import base, frontend, pin, stamp


@pytest.fixture
def tree(project):
    return base.unpacked(project.base, pin.read(project.pin))


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(
    "name", ["upstream.toml", "fork/engine.py", "seams/gradio/blocks.py.toml"]
)
def test_what_is_built_from_counts_by_content(project, tree, name, live):
    before = stamp.digest(project, tree, live)
    assert stamp.digest(project, tree, live) == before
    path = project.root / name
    path.write_text(path.read_text() + "\n")
    assert stamp.digest(project, tree, live) != before


@pytest.mark.parametrize("name", ["fork/new.py", "seams/gradio/new.py.toml"])
def test_a_new_file_counts(project, tree, name):
    before = stamp.digest(project, tree, live=True)
    (project.root / name).touch()
    assert stamp.digest(project, tree, live=True) != before


def test_the_frontends_sources_count(project, tree, monkeypatch):
    source = project.root / "badge.svelte"
    source.write_text("<p/>")
    monkeypatch.setattr(frontend, "inputs", lambda: [source])
    before = stamp.digest(project, tree, live=True)
    source.write_text("<b/>")
    assert stamp.digest(project, tree, live=True) != before


@pytest.mark.parametrize(("live", "counts"), [(True, False), (False, True)])
def test_edits_of_ours_count_only_where_they_are_copied(project, tree, live, counts):
    before = stamp.digest(project, tree, live)
    (project.root / "gradio/caching/keys.py").write_text("KEY = 2\n")
    (project.root / "gradio/caching/more.py").touch()
    assert (stamp.digest(project, tree, live) != before) is counts


def test_a_new_link_counts(project, tree):
    before = stamp.digest(project, tree, live=True)
    (project.root / "gradio/single.py").touch()
    assert stamp.digest(project, tree, live=True) != before


def test_the_base_counts(project, tree):
    other = tree.with_name("gradio-2.0-another")
    before = stamp.digest(project, tree, live=True)
    assert stamp.digest(project, other, live=True) != before
