import pytest

from fork import tomlfile
from fork.errors import PinError


def test_reads_a_table(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("[a]\nb = 'é'\n", "utf-8")
    assert tomlfile.read(path, PinError) == {"a": {"b": "é"}}


@pytest.mark.parametrize("content", [b"a = ", b"a = '\xff'"])
def test_what_is_not_toml_is_the_callers_error(tmp_path, content):
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(PinError, match=r"a\.toml: not valid TOML"):
        tomlfile.read(path, PinError)


def test_a_missing_file_is_the_callers_error(tmp_path):
    with pytest.raises(PinError, match="cannot be read: No such file"):
        tomlfile.read(tmp_path / "a.toml", PinError)
