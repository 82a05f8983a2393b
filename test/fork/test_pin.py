import pytest

from fork import pin
from fork.errors import PinError
from fork.project import HERE

GOOD = {
    "distribution": '"gradio"',
    "version": '"6.11.0"',
    "wheel": '"gradio-6.11.0-py3-none-any.whl"',
    "sha256": f'"{"a" * 64}"',
    "sdist": '"gradio-6.11.0.tar.gz"',
    "sdist_sha256": f'"{"b" * 64}"',
}


def read(folder, **changes):
    values = {**GOOD, **changes}
    path = folder / "upstream.toml"
    path.write_text("".join(f"{k} = {v}\n" for k, v in values.items() if v))
    return pin.read(path)


def test_reads_the_pin(tmp_path):
    pinned = read(tmp_path)
    assert pinned.requirement == "gradio===6.11.0"
    assert (pinned.sha256, pinned.sdist_sha256) == ("a" * 64, "b" * 64)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": None}, "missing or unknown: version"),
        ({"url": '"x"'}, "missing or unknown: url"),
        ({"version": "6"}, "every value must be text"),
        ({"sha256": '"abc"'}, "64 lower-case hexadecimal digits"),
        ({"sdist_sha256": '"abc"'}, "sdist_sha256 must be 64 lower-case"),
        ({"sha256": f'"{"A" * 64}"'}, "64 lower-case hexadecimal digits"),
    ],
)
def test_a_bad_pin_is_an_error_that_names_the_file(tmp_path, changes, says):
    with pytest.raises(PinError, match=rf"upstream\.toml: .*{says}"):
        read(tmp_path, **changes)


def test_our_pin_agrees_with_itself():
    pinned = pin.read(HERE.pin)
    assert pinned.wheel == f"{pinned.distribution}-{pinned.version}-py3-none-any.whl"
    assert pinned.sdist == f"{pinned.distribution}-{pinned.version}.tar.gz"
