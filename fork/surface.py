"""
What of a base an answer can depend on: the parameters of its functions for requests and
events, the fields of requests, and the names that it imports from `gradio.caching`.
"""

from __future__ import annotations

import ast
from pathlib import Path

from fork import imported, locate
from fork.errors import SeamError
from fork.project import Project

LOOKED_AT = {
    "gradio/block_function.py": ["BlockFunction.__init__"],
    "gradio/blocks.py": [
        "Blocks.preprocess_data",
        "Blocks.call_function",
        "Blocks.postprocess_data",
        "Blocks.process_api",
    ],
    "gradio/data_classes.py": ["PredictBody", "PredictBodyInternal"],
    "gradio/events.py": ["on"],
    "gradio/helpers.py": ["special_args", "log_message"],
    "gradio/queueing.py": ["Event.__init__", "Queue.push", "Queue.process_events"],
    "gradio/route_utils.py": [
        "call_process_api",
        "compile_gr_request",
        "prepare_event_data",
    ],
    "gradio/server_messages.py": ["ProcessCompletedMessage"],
    "gradio/utils.py": ["get_function_with_locals"],
}


def path(project: Project) -> Path:
    """Returns where the surface of the chosen base is written down."""
    return project.overlays[-1].parent / "surface.toml"


def render(tree: Path) -> str:
    """Lists the surface of an unpacked base, as it is to be written down."""
    found = {
        f"{file}: {name}": _parts_of(tree / file, name)
        for file, names in LOOKED_AT.items()
        for name in names
    }
    names = {name for _, name in imported.wanted(tree, {})}
    found[f"from {imported.PACKAGE} import"] = sorted(names)
    return "".join(_listed(name, parts) for name, parts in found.items())


def _listed(name: str, parts: list[str]) -> str:
    rows = "".join(f'  "{part}",\n' for part in parts)
    return f'"{name}" = [\n{rows}]\n'


def _parts_of(file: Path, name: str) -> list[str]:
    nodes = locate.scopes(ast.parse(file.read_text("utf-8")), name)
    if len(nodes) != 1:
        raise SeamError(f"{file}: {len(nodes)} times {name}; see fork/surface.py")
    [node] = nodes
    if isinstance(node, ast.ClassDef):
        fields = (n for n in node.body if isinstance(n, ast.AnnAssign))
        return [ast.unparse(field.target) for field in fields]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        return [arg.arg for arg in every]
    return []
