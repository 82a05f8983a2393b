import shutil
import threading

import pytest

from fork import assemble as module
from fork import frontend
from fork.assemble import assemble
from fork.errors import ForkError, OverlayError, SeamError


def test_the_package_is_the_base_with_our_edits_and_files(project):
    package = assemble(project, live=False) / "gradio"
    assert (package / "__init__.py").read_text().startswith("from gradio.blocks")
    assert "print('launched')\n        return 1" in (package / "blocks.py").read_text()
    assert (package / "caching/keys.py").read_text() == "KEY = 1\n"
    assert (package / "templates/frontend/app.css").read_text() == "a {}\n"
    assert not (package / "templates/frontend/app.js.map").exists()


def test_what_gradio_writes_to_is_copied_and_the_rest_linked(project):
    package = assemble(project, live=True) / "gradio"
    [tree] = (path for path in project.base.iterdir() if path.is_dir())
    for name, linked in [("blocks.pyi", False), ("templates/frontend/app.css", True)]:
        same = (package / name).samefile(tree / "gradio" / name)
        assert same is linked


def test_without_hard_links_files_are_copied(project, monkeypatch):
    def no_link(*_):
        raise OSError("not on this file system")

    monkeypatch.setattr("os.link", no_link)
    package = assemble(project, live=True) / "gradio"
    assert (package / "templates/frontend/app.css").read_text() == "a {}\n"


def test_edits_of_a_live_package_show_at_once(project):
    package = assemble(project, live=True) / "gradio"
    (project.root / "gradio/caching/keys.py").write_text("KEY = 2\n")
    (project.root / "gradio/caching/new.py").write_text("NEW = 1\n")
    assert (package / "caching/keys.py").read_text() == "KEY = 2\n"
    assert (package / "caching/new.py").read_text() == "NEW = 1\n"


def test_a_frozen_package_is_a_copy(project):
    package = assemble(project, live=False) / "gradio"
    assert not (package / "caching").is_symlink()
    assert not (package / "caching/keys.py").is_symlink()


@pytest.mark.parametrize("live", [True, False])
def test_up_to_date_is_left_untouched(project, live):
    dest = assemble(project, live)
    (dest / "gradio" / "touched").touch()
    inode = dest.stat().st_ino
    assert assemble(project, live) == dest
    assert dest.stat().st_ino == inode
    assert (dest / "gradio" / "touched").exists()


def test_a_changed_seam_is_assembled_anew(project):
    dest = assemble(project, live=True)
    seam = project.seams / "gradio/blocks.py.toml"
    seam.write_text(seam.read_text().replace("launched", "started"))
    assemble(project, live=True)
    assert "print('started')" in (dest / "gradio/blocks.py").read_text()
    assert not (dest / "gradio" / "touched").exists()


def test_the_frontend_is_patched_in_the_new_tree(project, monkeypatch):
    def patch(templates):
        (templates / "frontend/app.js").unlink()
        (templates / "frontend/badge.js").write_text("badge();\n")

    monkeypatch.setattr(frontend, "patch", patch)
    templates = assemble(project, live=True) / "gradio/templates/frontend"
    assert sorted(p.name for p in templates.iterdir()) == ["app.css", "badge.js"]


def break_seam(project):
    seam = project.seams / "gradio/blocks.py.toml"
    seam.write_text(seam.read_text().replace("return 1", "return 2"))
    return SeamError


def collide(project):
    (project.overlay / "blocks.py").touch()
    return OverlayError


@pytest.mark.parametrize("spoil", [break_seam, collide])
def test_a_failure_leaves_the_last_package_in_place(project, spoil):
    dest = assemble(project, live=True)
    before = sorted(dest.rglob("*"))
    with pytest.raises(spoil(project)):
        assemble(project, live=True)
    assert sorted(dest.rglob("*")) == before
    assert {p.name for p in project.build.iterdir()} == {"base", "1.0", ".lock"}
    assert {p.name for p in project.place.iterdir()} == {"fork"}


def test_a_failing_frontend_leaves_nothing_behind(project, monkeypatch):
    def fail(_):
        raise ForkError("no Node")

    monkeypatch.setattr(frontend, "patch", fail)
    with pytest.raises(ForkError, match="no Node"):
        assemble(project, live=True)
    assert {p.name for p in project.build.iterdir()} == {"base", "1.0", ".lock"}
    assert list(project.place.iterdir()) == []


def test_two_at_once_assemble_once(project, monkeypatch):
    started, finish = threading.Event(), threading.Event()
    filled = []

    def slow(new, *args):
        filled.append(new)
        started.set()
        assert finish.wait(10)
        real(new, *args)

    real = module.fill
    monkeypatch.setattr(module, "fill", slow)
    workers = [threading.Thread(target=assemble, args=(project, True)) for _ in "ab"]
    workers[0].start()
    assert started.wait(10)
    workers[1].start()
    finish.set()
    for worker in workers:
        worker.join()
    assert len(filled) == 1
    assert (project.live / "gradio/blocks.py").is_file()


def test_a_removed_package_is_assembled_anew(project):
    shutil.rmtree(assemble(project, live=True))
    assert (assemble(project, live=True) / "gradio/blocks.py").is_file()
