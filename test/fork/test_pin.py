from dataclasses import replace

import pytest

from fork import pin, tomlfile
from fork.errors import ForkError, PinError
from fork.pin import Pin
from fork.project import HERE
from support.wheels import upstream

OLD = Pin(
    "gradio",
    "6.11.0",
    "gradio-6.11.0-py3-none-any.whl",
    "a" * 64,
    "gradio-6.11.0.tar.gz",
    "b" * 64,
)
NEW = replace(OLD, version="6.31.0", drop=("gradio/caching.py",))


@pytest.fixture(autouse=True)
def _nobody_names_a_base(monkeypatch):
    monkeypatch.delenv(pin.VARIABLE, raising=False)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "upstream.toml"
    path.write_text(upstream([OLD, NEW]))
    return path


def test_reads_the_default(path):
    pinned = pin.read(path)
    assert pinned == OLD
    assert pinned.requirement == "gradio===6.11.0"


def test_reads_the_base_that_is_named(path, monkeypatch):
    monkeypatch.setenv("GRADIO_BASE", "6.31.0")
    assert pin.read(path) == NEW
    assert pin.read_all(path) == [OLD, NEW]


def test_an_unknown_base_is_an_error_that_lists_the_known_ones(path, monkeypatch):
    monkeypatch.setenv("GRADIO_BASE", "6.12.0")
    with pytest.raises(
        PinError, match=r"no base 6\.12\.0; there are 6\.11\.0, 6\.31\.0"
    ):
        pin.read(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('version = "6.11.0"\n', "", "missing or unknown: version"),
        ('version = "6.11.0"', 'version = "6.11.0"\nurl = "x"', "unknown: url"),
        ('version = "6.11.0"', "version = 6", "every value must be text"),
        ('default = "6.11.0"\n', "", "missing or unknown: default"),
        ('default = "6.11.0"', "default = 6", "every value must be text"),
        ('version = "6.31.0"', 'version = "6.11.0"', "two bases have the same"),
        ('["gradio/caching.py"]', '"gradio/caching.py"', "drop must be a list"),
        ('["gradio/caching.py"]', "[1]", "every value must be text"),
        (f'\nsha256 = "{"a" * 64}"', '\nsha256 = "abc"', "64 lower-case hexadecimal"),
        (
            f'sdist_sha256 = "{"b" * 64}"',
            'sdist_sha256 = "a"',
            "sdist_sha256 must be 64",
        ),
        (f'\nsha256 = "{"a" * 64}"', f'\nsha256 = "{"A" * 64}"', "64 lower-case"),
    ],
)
def test_a_bad_pin_is_an_error_that_names_the_file(path, old, new, says):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(PinError, match=rf"upstream\.toml: .*{says}"):
        pin.read(path)


@pytest.mark.parametrize("text", ["base = 1", "[base]", "base = [1]"])
def test_bases_are_tables(path, text):
    path.write_text(f'distribution = "gradio"\ndefault = "1"\n{text}\n')
    with pytest.raises(
        PinError, match=r"upstream\.toml: base must be \[\[base\]\] tables"
    ):
        pin.read(path)


@pytest.mark.parametrize("pinned", pin.read_all(HERE.pin), ids=lambda p: p.version)
def test_our_pin_agrees_with_itself(pinned):
    assert pinned.wheel == f"{pinned.distribution}-{pinned.version}-py3-none-any.whl"
    assert pinned.sdist == f"{pinned.distribution}-{pinned.version}.tar.gz"


def test_the_tools_look_into_the_default_base():
    """`make check` names another's directories itself."""
    tools = tomlfile.read(HERE.root / "pyproject.toml", ForkError)["tool"]
    live = f"build/{pin.read(HERE.pin).version}/fork"
    assert tools["ty"]["environment"]["root"][0] == live
    assert {"dir": live} in tools["uv"]["cache-keys"]
