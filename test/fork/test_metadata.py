import pytest

from fork import metadata
from fork.errors import BaseError

STATED = """\
Metadata-Version: 2.4
Name: gradio
Version: 1.0
Requires-Dist: numpy<3.0,>=1.0
Requires-Dist: audioop-lts<1.0; python_version >= '3.13'
Requires-Dist: mcp<2.0,>=1.0; extra == 'mcp'
Requires-Dist: pydantic; (python_version >= '3.11') and extra == "mcp"
Requires-Dist: authlib; extra == 'oauth'
"""


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "gradio-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(STATED)
    (folder / "entry_points.txt").write_text("[console_scripts]\ngo = a.b:main\n")
    return tmp_path


def test_extras_are_told_apart_and_keep_their_other_conditions(tree):
    assert metadata.read(tree) == {
        "dependencies": [
            "numpy<3.0,>=1.0",
            "audioop-lts<1.0; python_version >= '3.13'",
        ],
        "optional-dependencies": {
            "mcp": ["mcp<2.0,>=1.0", "pydantic; (python_version >= '3.11')"],
            "oauth": ["authlib"],
        },
        "scripts": {"go": "a.b:main"},
    }


def test_a_wheel_without_metadata_is_an_error(tmp_path):
    with pytest.raises(BaseError, match="holds no metadata"):
        metadata.read(tmp_path)
