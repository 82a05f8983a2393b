import os
from types import SimpleNamespace

import pytest

from gradio.caching.context.served import is_full_path, is_served, is_upload
from gradio.context import LocalContext


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where an app that serves some folders was started."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setenv("GRADIO_EXAMPLES_CACHE", str(tmp_path / "examples"))
    static = [tmp_path / "static", tmp_path / "one.css"]
    monkeypatch.setattr("gradio.data_classes._StaticFiles.all_paths", static)
    monkeypatch.chdir(tmp_path)
    allowed = ["allowed", str(tmp_path / "also")]
    app = SimpleNamespace(allowed_paths=allowed, blocked_paths=["allowed/Secret"])
    token = LocalContext.blocks.set(app)
    yield tmp_path
    LocalContext.blocks.reset(token)


@pytest.mark.parametrize(
    ("text", "is_full"),
    [
        ("/a/b.txt", True),
        ("/a", True),
        ("a/b.txt", False),
        ("b.txt", False),
        ("", False),
        ("/a\nb.txt", False),
        ("/a\0.txt", False),
        ("/" + "a" * 5000, False),
    ],
)
def test_a_full_path_is_told_by_its_text(text, is_full):
    assert is_full_path(text) is is_full


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("uploads/hash/a.txt", True),
        ("examples/a.txt", True),
        ("static/a.txt", True),
        ("static/b/c.txt", True),
        ("one.css", True),
        ("allowed/a.txt", True),
        ("also/a.txt", True),
        # A folder is named as well as what is in it.
        ("allowed", True),
        ("a.txt", False),
        # One that only begins like it.
        ("allowed-not/a.txt", False),
        ("uploads-of-others/a.txt", False),
        ("one.css.map", False),
        # Whatever way out of it.
        ("allowed/../a.txt", False),
        ("uploads/../a.txt", False),
        ("allowed/b/../a.txt", False),
        ("allowed//a.txt", False),
        # Blocked, in whatever letters.
        ("allowed/Secret/a.txt", False),
        ("allowed/secret", False),
        ("allowed/SECRET/a.txt", False),
        ("allowed/secrets.txt", True),
    ],
)
def test_what_lies_in_a_folder_that_the_app_serves_is_served(folder, path, served):
    assert is_served(f"{folder}/{path}") is served


def test_nothing_is_looked_up_on_the_disk(folder, monkeypatch):
    is_served(f"{folder}/warm.txt")
    for name in ("stat", "lstat"):
        monkeypatch.setattr(os, name, None)
    assert is_served(f"{folder}/uploads/gone.txt")
    assert not is_served(f"{folder}/gone.txt")


def test_an_app_that_moves_serves_by_where_it_is_now(folder, monkeypatch):
    assert is_served(f"{folder}/allowed/a.txt")
    (folder / "other").mkdir()
    monkeypatch.chdir(folder / "other")
    assert not is_served(f"{folder}/allowed/a.txt")
    assert is_served(f"{folder}/other/allowed/a.txt")
    assert is_served(f"{folder}/also/a.txt")


def test_outside_of_an_app_only_what_all_apps_serve_is_served(folder):
    token = LocalContext.blocks.set(None)
    assert is_served(f"{folder}/uploads/a.txt")
    assert not is_served(f"{folder}/allowed/a.txt")
    LocalContext.blocks.reset(token)


def test_uploads_are_known_by_the_folder_s_name_and_by_where_it_leads(
    tmp_path, monkeypatch
):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "link"))
    real = os.path.realpath(tmp_path / "real")
    assert is_upload(f"{tmp_path}/link/a.txt")
    assert is_upload(f"{real}/a.txt")
    assert not is_upload(f"{tmp_path}/a.txt")
    assert not is_upload(f"{tmp_path}/link")
