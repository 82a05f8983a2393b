"""Our edits of the frontend's sources, on npm's packages."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest

from fork import base, edit, edit_file, frontend, node
from fork.edit import Edit
from fork.project import HERE
from support.bases import with_frontend

# --- on npm's packages, which are the sources of the base ---


@pytest.fixture(scope="module")
def edits() -> list[Edit]:
    every = edit_file.of_sources(HERE.seams, with_frontend().version)
    return [each for each in every if each.file.startswith(("client/", "js/"))]


@pytest.fixture(scope="module")
def checkouts(edits, tmp_path_factory) -> Path:
    """Gradio's sources three times: as they are, edited, and with half of the edits."""
    node.install(dev=True)
    root = tmp_path_factory.mktemp("gradio")
    (root / "node_modules").symlink_to(HERE.root / "node_modules")
    halves = [each for each in edits if not each.file.endswith("types.ts")]
    for name, made in {"before": [], "after": edits, "half": halves}.items():
        checkout = root / name
        packages = HERE.root / "node_modules/@gradio"
        shutil.copytree(packages / "statustracker", checkout / "js/statustracker")
        shutil.copytree(packages / "client", checkout / "client/js")
        for file, text in edit.patched(checkout, made).items():
            (checkout / file).write_text(text)
        if made:
            copy_ours(checkout)
    return root


def copy_ours(checkout: Path) -> None:
    for path in frontend.inputs():
        if path.is_relative_to(HERE.root / "js"):
            shutil.copy(path, checkout / path.relative_to(HERE.root))


# as Gradio's page hands the client's status to the state
FLOW = """
import type { StatusMessage } from "./client/js/src/types";
import { LoadingStatus } from "./js/statustracker/static/state.svelte";
export function complete(state: LoadingStatus, message: StatusMessage): void {
	const { fn_index, ...status } = message;
	if (typeof status.message !== "object")
		state.update({
			fn_index,
			event_id: status.event_id,
			used_cache: status.used_cache,
			cache_duration: status.cache_duration,
			avg_time: status.avg_time,
			status: status.stage,
			stream_state: "closed"
		});
}
"""
TSCONFIG = {
    "compilerOptions": {
        "target": "es2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": ["svelte", "vite/client"],
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
    },
    "include": ["*/*.ts", "*/js/statustracker/static/*", "*/client/js/src/**/*.ts"],
    "exclude": ["**/*.stories.svelte", "**/test/**"],
}


@pytest.fixture(scope="module")
def complaints(checkouts) -> dict[str, set[tuple[str, str]]]:
    """What the type checker says of each checkout: file and message."""
    for name in ["after", "half"]:
        (checkouts / name / "flow.ts").write_text(FLOW)
    (checkouts / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    checker = HERE.root / "node_modules/svelte-check/bin/svelte-check"
    options = ["--workspace", ".", "--tsconfig", "./tsconfig.json"]
    options += ["--threshold", "error", "--output", "machine-verbose"]
    done = subprocess.run(
        [node.find().node, checker, *options],
        cwd=checkouts,
        capture_output=True,
        text=True,
    )
    found: dict[str, set[tuple[str, str]]] = {"before": set(), "after": set()}
    assert "COMPLETED" in done.stdout, done.stderr
    for report in re.findall(r"^\d+ (\{.*\})$", done.stdout, re.MULTILINE):
        complaint = json.loads(report)
        checkout, _, file = complaint["filename"].partition("/")
        found.setdefault(checkout, set()).add((file, complaint["message"]))
    return found


def test_the_edited_sources_have_no_type_error_that_they_had_not_before(complaints):
    assert complaints["after"] - complaints["before"] == set()


def test_the_type_checker_sees_what_the_edits_are_for(complaints):
    files = {file for file, _ in complaints["half"] - complaints["before"]}
    assert files == {
        "flow.ts",
        "client/js/src/helpers/api_info.ts",
        "js/statustracker/static/state.svelte.ts",
    }


def misformatted(checkout: Path, files: list[str], scratch: Path) -> set[str]:
    """The lines that prettier writes in another way."""
    for file in files:
        (scratch / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout / file, scratch / file)
    prettier = HERE.root / "node_modules/prettier/bin/prettier.cjs"
    config = HERE.root / ".prettierrc"
    node.run(prettier, "--config", config, "--write", scratch)
    return {
        line
        for file in files
        for line in set((checkout / file).read_text().splitlines())
        - set((scratch / file).read_text().splitlines())
    }


def test_the_edits_are_formatted(checkouts, edits, tmp_path):
    files = sorted({each.file for each in edits})
    before = misformatted(checkouts / "before", files, tmp_path / "before")
    after = misformatted(checkouts / "after", files, tmp_path / "after")
    assert after - before == set()


@pytest.fixture(scope="module")
def chunks(tmp_path_factory) -> dict[str, Path]:
    """The chunks with the status tracker, of both trees, as they are served."""
    tree = base.unpacked(HERE.base, with_frontend())
    root = tmp_path_factory.mktemp("chunks")
    shutil.copytree(tree / "gradio/templates", root / "templates")
    frontend.patch(root / "templates")
    return dict(unpacked(root))


def unpacked(root: Path):
    for tree in frontend.TREES:
        for path in (root / "templates" / tree).rglob("*.js*"):
            code = path.read_bytes()
            code = brotli.decompress(code) if path.suffix == ".br" else code
            if path.suffix != ".map" and b".then(({ show_cache_badge })" in code:
                chunk = root / f"{len(tree)}.js"
                chunk.write_bytes(code)
                yield tree, chunk


SAME_CODE = Path(__file__).parent / "frontend" / "same_code.mjs"
TRACKER = "js/statustracker/static/index.svelte"


@pytest.mark.parametrize("tree", frontend.TREES)
def test_the_edited_component_compiles_to_the_edited_chunk(tree, checkouts, chunks):
    node.run(SAME_CODE, checkouts / "after" / TRACKER, chunks[tree])


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("const hit = cache;", "const hit = type;"),
        ('show_progress !== "hidden"', 'show_progress !== "minimal"'),
        ("$effect(", "$effect.pre("),
        ("show_cache_badge(el, hit)", "show_cache_badge(hit, el)"),
        ('data-testid="status-tracker"', 'data-testid="tracker"'),
    ],
)
def test_another_component_compiles_to_other_code(mine, other, checkouts, chunks):
    text = (checkouts / "after" / TRACKER).read_text()
    assert mine in text
    changed = checkouts / "after/js/statustracker/static/changed.svelte"
    changed.write_text(text.replace(mine, other))
    with pytest.raises(node.FrontendError, match="not the same code"):
        node.run(SAME_CODE, changed, chunks[frontend.TREES[0]])


def test_source_and_chunk_of_the_client_hand_on_the_same_fields(edits):
    [client] = [each for each in edits if each.file.endswith("api_info.ts")]
    source = set(re.findall(r"^(\w+): data\.\1,$", client.insert, re.MULTILINE))
    script = (frontend.EDITS / "client.mjs").read_text()
    [fields] = re.findall(r"\[([^\]]*)\]\s*\.map\(\(field\)", script)
    assert source == set(re.findall(r'"(\w+)"', fields))
    assert "used_cache" in source
