import json

import pytest

from fork import pin, release
from fork.errors import BaseError
from support.wheels import BASE_FILES, make_wheel

MAP = {
    "version": 3,
    "sources": ["../../../js/a/b.ts", "../../../../client/js/src/c.ts", "none.ts"],
    "sourcesContent": ["b;\n", "c;\n", None],
}
FILES = {**BASE_FILES, "gradio/templates/frontend/app.js.map": json.dumps(MAP)}


def test_a_wheel_is_unpacked_once_by_its_content(project, tmp_path):
    wheel = make_wheel(tmp_path, "2.0", FILES)
    found = release.of_wheel(project, wheel, {"client/js/src/c.ts"})
    assert found.version == "2.0"
    assert found.python("gradio/blocks.py") == BASE_FILES["gradio/blocks.py"]
    assert found.python("gradio/other.py") is None
    assert found.sources == {"client/js/src/c.ts": "c;\n"}
    assert release.of_wheel(project, wheel, set()).tree == found.tree
    changed = make_wheel(tmp_path, "2.0", BASE_FILES)
    assert release.of_wheel(project, changed, set()).tree != found.tree


@pytest.mark.parametrize("name", ["missing.whl", "sdist.tar.gz"])
def test_what_is_no_wheel_is_an_error(project, tmp_path, name):
    (tmp_path / "sdist.tar.gz").touch()
    with pytest.raises(BaseError, match=f"{name}: no such wheel"):
        release.of_wheel(project, tmp_path / name, set())


def test_the_base_is_a_release_like_others(project):
    found = release.pinned(project, pin.read(project.pin))
    assert found.version == "1.0"
    assert (found.templates / "frontend/app.js").is_file()
