import pytest

from fork import later
from fork.errors import SeriesError
from fork.patches import Step
from fork.series import Patch


def steps(first, second):
    patches = [Patch(n, name, "", "", (), ()) for n, name in [(1, "a"), (2, "b")]]
    return [
        Step(patch, {}, files, 0)
        for patch, files in zip(patches, [first, second], strict=True)
    ]


LATER = {"gradio/caching/x/__init__.py": "", "gradio/caching/y.py": ""}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gradio/caching/a.py", "from gradio.caching import y"),
        ("gradio/caching/a.py", "from gradio.caching.y import z"),
        ("gradio/caching/a.py", "import gradio.caching.y"),
        ("gradio/caching/a.py", "try:\n    import gradio.caching.y\nfinally: ..."),
        ("gradio/caching/a.py", "class A:\n    from gradio.caching import y"),
        ("test/caching/test_a.py", "def test_a():\n    from gradio.caching import y"),
    ],
)
def test_an_import_of_what_comes_later_is_an_error(name, code):
    says = rf"{name} of 01-a imports gradio\.caching\.y, which 02-b brings"
    with pytest.raises(SeriesError, match=says):
        later.check(steps({name: code}, LATER))
    later.check(steps(LATER, {name: code}))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gradio/caching/a.py", "def f():\n    from gradio.caching import y"),
        ("gradio/caching/a.py", "if TYPE_CHECKING:\n    import gradio.caching.x"),
        ("gradio/caching/a.py", "from gradio import blocks"),
        ("test/caching/conftest.py", "def f():\n    from gradio.caching import x"),
        ("guides/x.md", "no Python"),
    ],
)
def test_what_is_not_needed_yet_may_come_later(name, code):
    later.check(steps({name: code}, LATER))


def test_all_that_comes_too_early_is_named():
    code = "from gradio.caching import x, y"
    with pytest.raises(SeriesError, match=r"caching\.x, which.*; .*caching\.y, which"):
        later.check(steps({"gradio/caching/a.py": code}, LATER))
