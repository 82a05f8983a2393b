import pytest

from fork import patch
from fork.errors import SeamError
from fork.seam import Seam


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "a.py").write_bytes(b"one()\r\ntwo()\n")
    return tmp_path


def seam(anchor: str, insert: str, file: str = "a.py") -> Seam:
    return Seam(file, "", "before", anchor, insert, "why")


def test_later_edits_see_earlier_ones(tree):
    edits = [seam("two", "three()"), seam("three", "four()")]
    expected = {"a.py": "one()\r\nfour()\nthree()\ntwo()\n"}
    assert patch.patched(tree, edits) == expected


def test_the_base_is_not_written_to(tree):
    patch.patched(tree, [seam("two", "three()")])
    assert (tree / "a.py").read_bytes() == b"one()\r\ntwo()\n"


def test_a_file_that_the_base_lacks_is_an_error(tree):
    with pytest.raises(SeamError, match=r"b\.py: the base has no such file"):
        patch.patched(tree, [seam("two", "three()", "b.py")])
