"""The fork as a contribution to Gradio's repository: patches, and words for them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from fork import bounds, patches, pin
from fork.edit_file import PYTHON
from fork.patches import Step
from fork.project import Project

TEXT = "docs/pull_request.md"
PART = re.compile(r"<!-- (since|until) ([\d.]+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
PACKAGE = "in the package"
TESTS = (".test.ts", ".spec.ts")


def write(project: Project) -> Path:
    """Writes `pr` anew, and returns it: a diff per patch, and PULL_REQUEST.md."""
    steps = patches.steps(project)
    folder = project.place / "pr"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for step in steps:
        (folder / f"{step.patch}.diff").write_bytes(step.diff)
    text = for_release((project.root / TEXT).read_text("utf-8"), project.version)
    words = text.format(**facts(project, steps), series="\n\n".join(map(_told, steps)))
    (folder / "PULL_REQUEST.md").write_text(words, "utf-8")
    return folder


def for_release(text: str, version: str) -> str:
    """Leaves out the parts that are said of other releases."""

    def kept(part: re.Match[str]) -> str:
        since, until = [(part[2], ""), ("", part[2])][part[1] == "until"]
        return part[3] if bounds.hold(since, until, version) else ""

    return PART.sub(kept, text)


def facts(project: Project, steps: list[Step]) -> dict[str, str | int]:
    """Counts what the words say in numbers."""
    new = {name: text for step in steps for name, text in step.additions.items()}
    edited = patches.edited_files(steps)
    tests = [text for name, text in new.items() if name.startswith("test/")]
    return {
        "version": pin.read(project.pin).version,
        "patches": len(steps),
        "removes": " ".join(n for step in steps for n in step.patch.replacing.removes),
        "edited_files": len(edited),
        "seam_files": len({name for name in edited if name.endswith(PYTHON)}),
        "seam_lines": patches.seam_lines(steps),
        "package_files": sum(map(_is_package, new)),
        "package_lines": _sizes(new)[PACKAGE],
        "tests": sum(text.count("\ndef test_") for text in tests),
        "new_files": len(new),
    }


def _told(step: Step) -> str:
    """Tells what a patch does, and how large it is."""
    lines = {**_sizes(step.additions), "in existing Python": step.seam_lines}
    sizes = ", ".join(f"{n} {where}" for where, n in lines.items() if n)
    edited = ", ".join(f"`{name}`" for name in step.edits)
    told = [f"### {step.patch}: {step.patch.title}", step.patch.text.strip()]
    if replacing := step.patch.replacing.text.strip():
        told.append(replacing)
    told.append(f"Lines: {sizes}.{f' Edited: {edited}.' if edited else ''}")
    return "\n\n".join(told)


def _sizes(additions: dict[str, str]) -> dict[str, int]:
    """Counts the lines of new files by where they are."""
    lines = {PACKAGE: 0, "in tests": 0, "elsewhere": 0}
    for name, text in additions.items():
        where = PACKAGE if _is_package(name) else "elsewhere"
        lines["in tests" if _is_test(name) else where] += text.count("\n")
    return lines


def _is_package(name: str) -> bool:
    return name.startswith("gradio/")


def _is_test(name: str) -> bool:
    return name.startswith("test/") or name.endswith(TESTS)
