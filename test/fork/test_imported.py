import pytest

from fork import imported, overlay
from fork.errors import OverlayError
from fork.project import HERE
from support.wheels import write_all

INIT = "__all__ = ['cache']\n"
RELEASE = "NAMES: dict[str, str] = {'Probe': 'probe'}\n"


@pytest.fixture
def roots(tmp_path):
    files = {imported.INIT: INIT, imported.RELEASE: RELEASE, "gradio/caching/x.py": ""}
    write_all(tmp_path / "ours", files)
    return dict.fromkeys(files, tmp_path / "ours")


@pytest.fixture
def tree(tmp_path):
    return tmp_path / "base"


@pytest.mark.parametrize(
    "code",
    [
        "from gradio.caching import cache, Probe, x",
        "def later():\n    from gradio.caching import cache as kept",
        "from gradio import caching\ncaching.Probe()",
        "from gradio import blocks\nblocks.caching",
    ],
)
def test_what_ours_offers_is_accepted(tree, roots, code):
    write_all(tree, {"gradio/a.py": code})
    imported.check(tree, {}, roots)


@pytest.mark.parametrize(
    "code",
    [
        "from gradio.caching import cache, Other",
        "def later():\n    from gradio.caching import Other as kept",
        "from gradio import caching\ncaching.Other()",
        "from gradio import caching as kept\nkept.Other()",
    ],
)
def test_a_name_that_ours_lacks_is_an_error_with_the_cure(tree, roots, code):
    write_all(tree, {"gradio/a.py": code})
    with pytest.raises(OverlayError, match=r"^gradio/a\.py: imports Other") as error:
        imported.check(tree, {}, roots)
    assert "add it to NAMES in" in str(error.value)


def test_an_import_that_an_edit_takes_away_is_not_missed(tree, roots):
    write_all(tree, {"gradio/a.py": "from gradio.caching import Other"})
    imported.check(tree, {"gradio/a.py": "from gradio.caching import cache"}, roots)


def test_our_package_offers_what_it_says(monkeypatch):
    import gradio.caching

    offered = imported.offers(overlay.roots(HERE.overlays))
    assert {"Cache", "cache", "release", "serving"} <= offered
    listed = set(gradio.caching.__all__)
    assert listed <= offered
