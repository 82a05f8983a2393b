import re

import pytest

from fork import contribution, edit_file
from fork.project import HERE
from support.wheels import write_all

EDIT = '[[edit]]\nbefore = "a"\ninsert = "b"\nwhy = "c"\n'
LAUNCH = re.compile(r'if __name__ == "__main__":\n    demo\.launch\(.*\n\Z')


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return contribution.files(HERE)


@pytest.fixture
def given(project):
    """The files of a contribution that is made of some."""

    def given(ours):
        write_all(project.root, ours)
        return contribution.files(project)

    return given


def test_files_go_where_gradio_has_such_files(given):
    files = given(
        {
            "demo/d/run.py": "print(1)\n",
            "demo/d/.gradio/log.txt": "",
            "guides/04_more/17_caching.md": "# Caching\n",
            "js/a/__pycache__/x.pyc": "",
            "js/spa/test/d.spec.ts": "test();\n",
            "seams/js/a.ts.toml": EDIT,
            "README.md": "",
        }
    )
    assert set(files) == {
        "demo/d/run.ipynb",
        "demo/d/run.py",
        "gradio/caching/__init__.py",
        "gradio/caching/keys.py",
        "guides/04_more/17_caching.md",
        "js/spa/test/d.spec.ts",
    }


def test_tests_come_that_do_without_our_build(given):
    files = given(
        {
            "test/caching/test_keys.py": "from gradio.caching import keys\n",
            "test/caching/test_keys.pyi": "from gradio.events import Dependency\n",
            "test/caching/test_build.py": "import gradio\nfrom fork import edit\n",
            "test/apps/test_app.py": "from support.visitor import Visitor\n",
            "test/apps/conftest.py": "import gradio as gr\n",
            "test/fork/test_seam.py": "",
            "test/support/visitor.py": "from support.browser import page\n",
            "test/support/browser.py": "from fork import edit\n",
        }
    )
    assert {name for name in files if name.startswith("test/")} == {
        "test/caching/__init__.py",
        "test/caching/apps/__init__.py",
        "test/caching/apps/conftest.py",
        "test/caching/test_keys.py",
    }


def test_what_tests_import_comes_with_them(given):
    files = given(
        {
            "test/apps/test_hold.py": "def f():\n    from support.gates import Gate\n",
            "test/support/gates.py": "from support import ports, time\n",
            "test/support/ports.py": "",
            "test/support/other.py": "",
            "test/support/time.py": "LONG = 30\n",
        }
    )
    support = {name for name in files if name.startswith("test/support/")}
    names = ("__init__", "gates", "ports", "time")
    assert support == {f"test/support/{name}.py" for name in names}
    hold = files["test/caching/apps/test_hold.py"]
    assert hold == "def f():\n    from test.support.gates import Gate\n"
    assert files["test/support/gates.py"] == "from test.support import ports, time\n"


def test_demos_end_as_gradios_do(files):
    demos = [text for name, text in files.items() if re.match(r"demo/.*/run\.py", name)]
    assert len(demos) >= 2
    assert all(LAUNCH.search(text) for text in demos)


def test_specs_are_named_after_their_demos(files):
    specs = [*(HERE.root / "js/spa/test").glob("*.spec.ts")]
    assert specs
    for path in specs:
        demo = path.name.removesuffix(".spec.ts")
        assert f"demo/{demo}/run.py" in files
        assert 'from "@self/tootils"' in path.read_text("utf-8")


def test_the_guide_includes_demos_that_are_there(files):
    [guide] = [text for name, text in files.items() if name.startswith("guides/")]
    included = re.findall(r"^\$code_(\w+)$", guide, re.MULTILINE)
    assert included
    assert all(f"demo/{demo}/run.py" in files for demo in included)


def test_the_changeset_raises_the_packages_that_are_edited(files):
    [text] = [text for name, text in files.items() if name.startswith(".changeset/")]
    raised = re.findall(r'^"(.+)": minor$', text, re.MULTILINE)
    edited = {each.file for each in edit_file.of_sources(HERE.seams, HERE.version)}
    packages = {
        "@gradio/client": "client/js/",
        "@gradio/statustracker": "js/statustracker/",
        "gradio": "requirements.txt",
    }
    assert raised == [
        package
        for package, folder in packages.items()
        if any(name.startswith(folder) for name in edited)
    ]
    assert re.search(r"^feat:\S", text, re.MULTILINE)


def test_the_badge_comes_where_the_status_tracker_is_edited(files):
    edits = edit_file.of_sources(HERE.seams, HERE.version)
    edited = any(each.file.startswith("js/statustracker/") for each in edits)
    assert any(name.startswith("js/") for name in files) is edited


def test_files_of_one_base_are_named_for_the_others(project):
    write_all(
        project.root,
        {
            "bases/1.0/gradio/caching/release/a.py": "",
            "bases/2.0/gradio/caching/release/b.py": "",
            "js/a.ts": "",
        },
    )
    named = {"gradio/caching/release/a.py", "gradio/caching/release/b.py", "js/a.ts"}
    assert set(contribution.of_some_bases(project)) == named
    assert set(contribution.files(project)) & named == {"gradio/caching/release/a.py"}


def test_nothing_of_our_own_build_is_in_it(files):
    of_ours = re.compile(r"upstream\.toml|\bseams/|from (fork|support)\b")
    assert [name for name, text in files.items() if of_ours.search(text)] == []
    assert not any(name.startswith(("fork/", "seams/", "bench/")) for name in files)
