import json

from fork import notebook
from fork.project import HERE


def test_a_notebook_has_title_installation_and_code(tmp_path):
    demo = tmp_path / "my_demo"
    demo.mkdir()
    (demo / "run.py").write_text("import gradio\n\nprint('é')")
    (demo / "requirements.txt").write_text("torch\nnumpy")
    cells = json.loads(notebook.of(demo))["cells"]
    assert [cell["source"] for cell in cells] == [
        ["# Gradio Demo: my_demo"],
        ["!pip install -q gradio torch numpy"],
        ["import gradio\n", "\n", "print('é')"],
    ]
    # the identities that all notebooks in Gradio's repository have
    assert [cell["id"][:6] for cell in cells] == ["302934", "272996", "288918"]


def test_our_demos_are_what_a_notebook_can_hold():
    """Another file would have to be fetched by a cell of its own."""
    files = {path.name for path in (HERE.root / "demo").glob("cache_*/*.*")}
    assert files <= {"run.py", "requirements.txt"}
