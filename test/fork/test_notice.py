import shutil
from dataclasses import replace

from fork import base, frontend, notice
from fork.assemble import assemble


def patch(templates):
    """As the real one does: edits a file and moves its directory down."""
    page, deep = templates / "frontend", templates / "frontend/deep"
    deep.mkdir()
    (page / "app.js").rename(deep / "app.js")
    (page / "app.css").rename(deep / "app.css")
    (deep / "app.js").unlink()
    (deep / "app.js").write_text("start(); badge();\n")
    (deep / "badge.js").write_text("badge();\n")


def test_every_difference_is_stated(project, monkeypatch):
    monkeypatch.setattr(frontend, "patch", patch)
    dest = assemble(project, live=False)
    [tree] = (path for path in project.base.iterdir() if path.is_dir())
    changed, added, moved = notice.compare(dest, tree)
    assert changed == ["gradio/blocks.py", "gradio/templates/frontend/deep/app.js"]
    assert added == [
        "gradio/caching/__init__.py",
        "gradio/caching/keys.py",
        "gradio/templates/frontend/deep/badge.js",
    ]
    assert moved == ["gradio/templates/frontend/deep/app.css"]


def test_the_statement_and_the_bases_license_lie_beside_the_package(project):
    licenses = assemble(project, live=False) / "licenses"
    assert (licenses / "GRADIO_LICENSE").read_text() == "Use it.\n"
    text = (licenses / "CHANGED_FILES").read_text()
    assert "gradio 1.0 (Apache License 2.0" in text
    assert "Changed:\n  gradio/blocks.py\n" in text
    assert "  gradio/caching/keys.py\n" in text
    assert "Left out:" not in text


def test_what_ours_takes_the_place_of_is_stated(project, tmp_path, pinned):
    tree = base.unpacked(project.base, pinned)
    new = assemble(project, live=False)
    shutil.rmtree(new / "licenses")
    notice.write(new, tree, replace(pinned, drop=("gradio/caching.py",)))
    text = (new / "licenses/CHANGED_FILES").read_text()
    assert "\nLeft out:\n  gradio/caching.py\n" in text
