from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from gradio.caching.stores import schemes
from gradio.caching.stores.backing import MAX_ENTRY
from gradio.caching.stores.choice import (
    AS_THE_APP,
    MEMORY,
    chosen,
    chosen_by_name,
    chosen_for_app,
)
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.schemes import MAX_SIZE, Options, Scheme


@pytest.fixture(autouse=True)
def _a_server(monkeypatch):
    """A kind of backing that some module brings."""
    server = Scheme(
        "test.caching.test_stores_choice:opened",
        frozenset({"prefix", "timeout", "max_entry"}),
        takes_others=True,
    )
    monkeypatch.setitem(schemes.SCHEMES, "server", server)
    monkeypatch.setattr(schemes, "_opened", {})


def opened(address):
    return DiskStore(address.target)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPACE_ID", raising=False)
    return tmp_path


def folder_of(store):
    address = chosen(store).address
    assert address.scheme == "disk"
    return address.target


def test_nothing_given_is_as_the_app_has_it():
    assert chosen(None) is AS_THE_APP
    assert not AS_THE_APP.is_given
    assert AS_THE_APP.backing() is None


def test_memory_is_memory_alone():
    assert chosen("memory") is MEMORY
    assert MEMORY.is_given
    assert not MEMORY.is_lasting


def test_disk_is_a_folder_of_the_app(here, monkeypatch):
    assert folder_of("disk") == str(here / ".gradio" / "cache")
    monkeypatch.setattr(os, "access", lambda path, mode: path == "/data")
    assert folder_of("disk") == str(here / ".gradio" / "cache")
    monkeypatch.setenv("SPACE_ID", "someone/app")
    assert folder_of("disk") == "/data/.gradio/cache"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert folder_of("disk") == str(here / ".gradio" / "cache")


@pytest.mark.parametrize("store", ["./my cache", "my cache/", Path("my cache")])
def test_a_path_is_a_folder(here, store, monkeypatch):
    choice = chosen(store)
    monkeypatch.chdir("/")  # later, which changes nothing
    assert choice.address.target == str(here / "my cache")
    assert choice.backing().folder == str(here / "my cache")


def test_a_path_may_begin_at_home_or_at_the_root(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    assert folder_of("~/cache") == str(here / "cache")
    assert folder_of("/var/cache") == "/var/cache"
    assert folder_of(PurePosixPath("/var/cache")) == "/var/cache"
    assert folder_of(Path("disk")) == str(here / "disk")


@pytest.mark.parametrize(
    ("store", "folder", "size", "entry"),
    [
        ("disk", ".gradio/cache", MAX_SIZE, MAX_ENTRY),
        ("disk?max_size=1gb", ".gradio/cache", 2**30, MAX_ENTRY),
        ("disk://a/b?max_size=10MB&max_entry=1kb", "a/b", 10 * 2**20, 2**10),
        ("disk://a%20b", "a b", MAX_SIZE, MAX_ENTRY),
        ("DISK:///a?max_entry=5", "/a", MAX_SIZE, 5),
    ],
)
def test_a_disk_has_options(here, store, folder, size, entry):
    address = chosen(store).address
    assert address.target == str(here / folder)
    assert address.options == Options(max_size=size, max_entry=entry)
    backing = chosen(store).backing()
    assert (backing.max_size, backing._max_entry) == (size, entry)


def test_a_server_has_options_and_its_client_the_rest():
    url = "server://host:6379/0?prefix=app:&timeout=0.1&db=3&ssl=true"
    address = chosen(url).address
    assert address.target == "server://host:6379/0"
    others = (("db", "3"), ("ssl", "true"))
    assert address.options == Options("app:", 0.1, others=others)


def test_equal_addresses_share_a_backing():
    one = chosen("disk").backing()
    assert one is chosen("disk").backing()
    assert one is not chosen("disk?max_size=1gb").backing()
    assert hash(chosen("disk")) == hash(chosen("disk"))


def test_a_backing_of_ones_own_is_taken_as_it_is(tmp_path):
    mine = DiskStore(str(tmp_path))
    assert chosen(mine).backing() is mine
    assert chosen(mine).is_lasting


@pytest.mark.parametrize(
    "store", ["diks", "", "Memory", "redis", "ftp://host", "://", "disk:/a:b://", "."]
)
def test_an_unknown_text_is_refused(store):
    with pytest.raises(ValueError, match='store must be None, "memory", "disk"'):
        chosen(store)


@pytest.mark.parametrize("store", [True, 1, 1.5, b"/a", ["disk"], object(), DiskStore])
def test_what_is_no_store_is_refused(store):
    with pytest.raises(TypeError, match="store must be None"):
        chosen(store)


def test_half_a_backing_is_told_what_it_lacks(tmp_path):
    class Half:
        look = parts = put = delete = print
        leases = None

    with pytest.raises(TypeError, match="has no clear, generations"):
        chosen(Half())


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("disk?max_size=0", "max_size must be a text such as"),
        ("disk?max_size=", "max_size must be a text such as"),
        ("disk?max_size=1.5", "max_size must be a text such as"),
        ("disk?timeout=1", "'timeout' is no option of a store 'disk'; it takes max_"),
        ("disk?prefix=a", "'prefix' is no option"),
        ("server://h?timeout=0", "timeout must be a number of seconds"),
        ("server://h?timeout=nan", "timeout must be a number of seconds"),
        ("server://h?timeout=1h", "timeout must be a number of seconds"),
        ("server://h?prefix=a b", "prefix must be of letters"),
        ("server://h?prefix=", "prefix must be of letters"),
        ("/a\0b", "is no path"),
    ],
)
def test_a_bad_option_is_refused(store, message):
    with pytest.raises(ValueError, match=message):
        chosen(store)


def test_a_missing_package_is_named_with_the_cure(monkeypatch):
    server = Scheme("x:y", frozenset(), needs="not_there", extra="not-there[fast]>=1")
    monkeypatch.setitem(schemes.SCHEMES, "server", server)
    with pytest.raises(ImportError, match=r'pip install "not-there\[fast\]>=1"') as e:
        chosen("server://me:secret@host")
    assert "secret" not in str(e.value)


def test_passwords_are_not_told():
    address = chosen("server://me:secret@host/0").address
    assert address.target == "server://me:secret@host/0"
    assert repr(address) == "server://***@host/0"
    with pytest.raises(ValueError, match="store must be") as error:
        chosen("nothing://me:secret@host")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("store", ["disk", "/a", Path("a"), "server://host"])
def test_a_session_s_entries_do_not_last(store):
    with pytest.raises(ValueError, match="a session ends with its process"):
        chosen(store, per_session=True)
    assert chosen(None, per_session=True) is AS_THE_APP
    assert chosen("memory", per_session=True) is MEMORY


def test_what_lasts_needs_a_name():
    assert chosen_by_name("disk", "kv").address
    assert chosen_by_name(None, "kv") is AS_THE_APP
    assert chosen_by_name(None, None) is MEMORY
    assert chosen_by_name("memory", None) is MEMORY
    with pytest.raises(ValueError, match="needs name="):
        chosen_by_name("disk", None)
    with pytest.raises(ValueError, match="name must not be empty"):
        chosen_by_name("disk", "")
    with pytest.raises(TypeError, match="name must be a text"):
        chosen_by_name("disk", 1)


def test_the_environment_chooses_for_a_whole_app(here):
    assert chosen_for_app({}) is MEMORY
    assert chosen_for_app({"GRADIO_CACHE_STORE": " "}) is MEMORY
    assert chosen_for_app({"GRADIO_CACHE_STORE": "memory"}) is MEMORY
    disk = chosen_for_app({"GRADIO_CACHE_STORE": "disk?max_size=1gb"})
    assert disk == chosen("disk?max_size=1gb")
    with pytest.raises(ValueError, match=r"GRADIO_CACHE_STORE: store must be .*'diks'"):
        chosen_for_app({"GRADIO_CACHE_STORE": "diks"})


def test_the_environment_names_a_missing_package(monkeypatch):
    server = Scheme("x:y", frozenset(), needs="not_there")
    monkeypatch.setitem(schemes.SCHEMES, "server", server)
    with pytest.raises(ImportError, match="GRADIO_CACHE_STORE: .* pip install"):
        chosen_for_app({"GRADIO_CACHE_STORE": "server://host"})
