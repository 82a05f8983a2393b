"""Real pip downloads, from a directory in place of an index."""

import base64
import csv
import hashlib
import sys
from dataclasses import replace

import pytest

from fork import base, download, pin
from fork.errors import BaseError
from fork.project import HERE
from support.wheels import BASE_FILES, make_wheel


@pytest.fixture
def index(base_wheel, tmp_path, monkeypatch):
    """The only place where pip looks."""
    monkeypatch.delenv(base.WHEEL_VARIABLE, raising=False)
    nothing = tmp_path / "pip.conf"
    nothing.touch()
    for name, value in [
        ("PIP_CONFIG_FILE", nothing),
        ("PIP_NO_INDEX", "1"),
        ("PIP_FIND_LINKS", base_wheel.parent),
    ]:
        monkeypatch.setenv(name, str(value))
    return base_wheel.parent


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.mark.usefixtures("index")
def test_downloads_once_and_unpacks_once(store, pinned, monkeypatch):
    tree = base.unpacked(store, pinned)
    for name, text in BASE_FILES.items():
        assert (tree / name).read_text() == text
    monkeypatch.setattr(download, "_pip", lambda *_: pytest.fail("downloads again"))
    assert base.unpacked(store, pinned) == tree
    assert base.wheel(store, pinned) == store / pinned.wheel


def test_a_local_version_is_not_taken_for_the_pinned_one(index, store, pinned):
    make_wheel(index, "1.0+cache.1", BASE_FILES)
    assert base.wheel(store, pinned).name == "gradio-1.0-py3-none-any.whl"


def test_with_no_network_the_error_names_the_cures(index, store, pinned):
    (index / pinned.wheel).unlink()
    with pytest.raises(BaseError) as error:
        base.wheel(store, pinned)
    assert f"pip could not download {pinned.wheel}" in str(error.value)
    assert f"put it into\n{store}/" in str(error.value)
    assert f"GRADIO_BASE_WHEEL=/path/to/{pinned.wheel}" in str(error.value)


@pytest.mark.usefixtures("index")
def test_an_index_with_another_file_is_an_error(store, pinned):
    with pytest.raises(BaseError, match=r"serves another gradio-1\.0-py3-none-any"):
        base.wheel(store, replace(pinned, sha256="0" * 64))
    assert not list(store.iterdir())


@pytest.mark.usefixtures("index")
def test_without_pip_the_error_says_so(store, pinned, monkeypatch):
    missing = [sys.executable, "-c", "exit('No module named pip')"]
    monkeypatch.setattr(download, "_pip", lambda *_: missing)
    with pytest.raises(BaseError, match="Install pip for"):
        base.wheel(store, pinned)


def test_a_stored_file_with_a_wrong_hash_is_an_error(store, pinned):
    store.mkdir()
    (store / pinned.wheel).write_bytes(b"cut short")
    with pytest.raises(BaseError, match="is not the pinned .*sha256 is") as e:
        base.unpacked(store, pinned)
    assert pinned.sha256 in str(e.value)
    assert "Delete the file and build again" in str(e.value)
    assert [path.name for path in store.iterdir()] == [pinned.wheel]


def test_a_named_wheel_is_taken_where_it_is(store, pinned, base_wheel, monkeypatch):
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(base_wheel))
    assert base.wheel(store, pinned) == base_wheel


def test_a_named_wheel_must_exist(store, pinned, monkeypatch):
    monkeypatch.setenv(base.WHEEL_VARIABLE, "/no/such.whl")
    with pytest.raises(BaseError, match=r"GRADIO_BASE_WHEEL names no file: /no/such"):
        base.wheel(store, pinned)


def test_a_named_wheel_must_be_the_pinned_one(store, pinned, base_wheel, monkeypatch):
    base_wheel.write_bytes(base_wheel.read_bytes() + b"more")
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(base_wheel))
    with pytest.raises(BaseError, match="is not the pinned"):
        base.wheel(store, pinned)


@pytest.mark.parametrize("before", [True, False])
def test_what_is_dropped_is_not_there(store, pinned, base_wheel, monkeypatch, before):
    """Also where the base was unpacked before the file was named."""
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(base_wheel))
    if before:
        assert (base.unpacked(store, pinned) / "gradio/blocks.py").exists()
    dropping = replace(pinned, drop=("gradio/blocks.py",))
    tree = base.unpacked(store, dropping)
    assert not (tree / "gradio/blocks.py").exists()
    assert (tree / "gradio/blocks.pyi").exists()


def test_nothing_has_written_into_the_unpacked_base(base_tree):
    """Its files are hard-linked into what is assembled, served and edited."""
    pinned = pin.read(HERE.pin)
    record = base_tree / f"gradio-{pinned.version}.dist-info" / "RECORD"
    with record.open() as file:
        wanted = {name: digest for name, digest, _ in csv.reader(file) if digest}
    wanted = {name: d for name, d in wanted.items() if name not in pinned.drop}
    assert {name: _recorded(base_tree / name) for name in wanted} == wanted


def _recorded(path) -> str:
    digest = hashlib.sha256(path.read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
