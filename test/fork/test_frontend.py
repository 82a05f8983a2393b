"""The badge in the base's compiled frontend, on the real base and where it can't be."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import brotli
import pytest

from fork import base, frontend, node, pin
from fork.errors import FrontendError
from fork.project import HERE

SPA, SSR = frontend.TREES
PATHS = re.compile(r"""["'(](\.{1,2}/[^"'()\s]+\.(?:js|css|svg|ttf|woff2?))["')]""")


@pytest.fixture(scope="module")
def original() -> Path:
    return base.unpacked(HERE.base, pin.read(HERE.pin)) / "gradio/templates"


def linked(original: Path, copy: Path) -> Path:
    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    return Path(shutil.copytree(original, copy, copy_function=link))


@pytest.fixture(scope="module")
def patched(original, tmp_path_factory) -> Path:
    templates = linked(original, tmp_path_factory.mktemp("patched") / "templates")
    frontend.patch(templates)
    return templates


@pytest.fixture(scope="module")
def tag(patched) -> str:
    [directory] = (patched / SSR).iterdir()
    return directory.name


@pytest.fixture
def fresh(original, tmp_path) -> Path:
    return linked(original, tmp_path / "templates")


def read(path: Path) -> str:
    """A file's text, of its twin where it exists compressed alone."""
    if path.exists():
        return path.read_text("utf-8")
    return brotli.decompress(Path(f"{path}.br").read_bytes()).decode()


def is_there(path: Path) -> bool:
    return path.exists() or Path(f"{path}.br").exists()


def texts(directory: Path) -> dict[Path, str]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    plain = {path.with_suffix("") if path.suffix == ".br" else path for path in paths}
    return {
        path: read(path)
        for path in plain
        if path.suffix in {".js", ".mjs", ".css", ".html", ".json"}
    }


def digest(directory: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(directory)} ".encode() + path.read_bytes())
    return found.hexdigest()


@pytest.mark.parametrize("tree", [SPA, SSR])
def test_every_edit_is_made_once_in_both_trees(tree, patched):
    scripts = texts(patched / tree)
    code = "".join(scripts.values())
    for edit in [
        r"used_cache: \w+\.used_cache",
        r"\.fn_outputs\[\w+\.fn_index\]\.incl",
    ]:
        assert len(re.findall(edit, code)) == 1
    pattern = re.compile(r'import\("\./(show_cache_badge-[\w-]+\.js)"\)')
    [chunk] = [path for path, text in scripts.items() if pattern.search(text)]
    [name] = pattern.findall(scripts[chunk])
    assert "export" in scripts[chunk.with_name(name)]


def test_what_lies_beside_the_trees_is_the_page_and_its_loaders(patched, tag):
    assert sorted(path.name for path in (patched / SPA).iterdir()) == [tag, "gradio.js"]
    assert re.fullmatch("[0-9a-f]{8}", tag)


def test_nothing_is_lost(original, patched, tag):
    before = {path.relative_to(original) for path in original.rglob("*")}
    after = {path.relative_to(patched) for path in patched.rglob("*")}
    moved = {
        Path(re.sub(rf"^({SPA}|{SSR})(?=/)", rf"\1/{tag}", str(p))) for p in before
    }
    new = sorted(path.name for path in after - moved if (patched / path).is_file())
    assert not moved - after
    assert [re.sub("-[^.]+", "", name) for name in new] == [
        "gradio.js",
        "show_cache_badge.js",
        "show_cache_badge.js.br",
    ]


def test_no_file_names_another_where_it_was(patched, tag):
    everything = texts(patched)
    found = {"./assets/": 0, "_app/immutable/": 0}
    for text in everything.values():
        for marker in found:
            quoted = re.findall(rf'["`]{re.escape(marker)}([^"`]*)', text)
            found[marker] += len(quoted)
            assert all(rest.startswith(f"{tag}/") for rest in quoted)
    assert found["./assets/"] == 6
    assert found["_app/immutable/"] in (108, 113)


@pytest.mark.parametrize(
    ("below", "marker", "root"),
    [
        ("frontend", "./assets/", "frontend"),
        ("node/build/server", "_app/immutable/", "node/build/client"),
    ],
)
def test_every_file_that_a_page_or_the_server_names_is_there(
    below, marker, root, patched
):
    named = {
        name
        for text in texts(patched / below).values()
        for name in re.findall(rf'"({re.escape(marker)}[^"]+)"', text)
    }
    assert len(named) >= 2
    assert not [name for name in named if not is_there(patched / root / name)]


@pytest.mark.parametrize("tree", [SPA, SSR])
def test_a_moved_file_finds_what_it_names_as_before(tree, original, patched, tag):
    named = 0
    for path, text in texts(original / tree).items():
        for name in PATHS.findall(text):
            target = Path(os.path.normpath(path.parent / name))
            if not is_there(target):
                continue
            named += 1
            assert target.is_relative_to(original / tree), f"{path} names {name}"
            assert is_there(patched / tree / tag / target.relative_to(original / tree))
    assert named > 1000


def test_no_compressed_twin_differs_from_its_file(patched):
    twins = [path for path in patched.rglob("*.br") if path.with_suffix("").exists()]
    assert twins
    for twin in twins:
        assert brotli.decompress(twin.read_bytes()) == twin.with_suffix("").read_bytes()
    assert not list(patched.rglob("*.gz"))
    assert not list(patched.rglob("*.new"))


def frontend_of(page: Path) -> list[str]:
    """The lines of a page that load the frontend's scripts and styles."""
    loading = re.compile(r"""<(script type="module"|link rel="stylesheet")""")
    return [line for line in page.read_text().splitlines() if loading.search(line)]


def test_over_a_share_link_the_page_loads_what_it_loads_here(patched, original):
    here, shared = "frontend/index.html", "frontend/share.html"
    assert frontend_of(patched / shared) == frontend_of(patched / here)
    assert not [line for line in frontend_of(patched / shared) if "//" in line]
    before, now = (tree / shared for tree in (original, patched))
    gone, come = frontend_of(before), frontend_of(now)
    kept = [
        [line for line in page.read_text().splitlines() if line.strip() not in taken]
        for page, taken in [
            (before, {"", *map(str.strip, gone)}),
            (now, {"", *map(str.strip, come)}),
        ]
    ]
    assert kept[0] == kept[1]


def test_the_base_stays_as_it_is(original, fresh):
    before = digest(original)
    frontend.patch(fresh)
    assert digest(original) == before
    assert digest(fresh) != before


def test_a_second_patch_needs_no_node(fresh, patched, monkeypatch):
    monkeypatch.setattr(node, "find", lambda: pytest.fail("Node was called"))
    frontend.patch(fresh)
    assert digest(fresh) == digest(patched)


def edited(path: Path, old: str, new: str) -> None:
    """Writes anew, for the file may be a link to the base's."""
    text = path.read_text()
    assert old in text
    path.unlink()
    path.write_text(text.replace(old, new))


def chunk_with(fresh: Path, text: str) -> Path:
    [path] = [p for p in (fresh / SPA).glob("*.js") if text in p.read_text()]
    return path


def test_a_missing_anchor_names_edit_tree_and_anchor(fresh):
    edited(chunk_with(fresh, "pending_outputs"), "pending_outputs", "awaited")
    before = digest(fresh)
    with pytest.raises(FrontendError) as error:
        frontend.patch(fresh)
    assert 'edit "state" matched 0 times' in str(error.value)
    assert str(fresh / SPA) in str(error.value)
    assert "class with field pending_outputs" in str(error.value)
    assert digest(fresh) == before


def test_a_doubled_anchor_names_both_chunks(fresh):
    chunk = chunk_with(fresh, "pending_outputs")
    shutil.copy(chunk, fresh / SPA / "another.js")
    message = rf'edit "state" matched 2 times .*\(another.js, {re.escape(chunk.name)}\)'
    with pytest.raises(FrontendError, match=message):
        frontend.patch(fresh)


def test_a_reference_more_than_expected_is_an_error(fresh):
    page = fresh / "frontend/index.html"
    edited(page, "</head>", '<link href="./assets/new.css"></head>')
    with pytest.raises(FrontendError, match=r"found 3 of .*index.html, expected 2"):
        frontend.patch(fresh)


def test_a_directory_that_is_no_templates_is_named(tmp_path):
    with pytest.raises(FrontendError, match=f"no {SPA}"):
        frontend.patch(tmp_path)


def test_no_node_names_the_cure(fresh, tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "BUILD", tmp_path / "nothing built yet")
    monkeypatch.setattr(node, "from_system", lambda: None)
    monkeypatch.setattr(node, "from_pypi", lambda: None)
    with pytest.raises(FrontendError, match=r"Node .* install it"):
        frontend.patch(fresh)


def test_inputs_are_all_there_and_no_tests():
    inputs = frontend.inputs()
    assert all(path.is_file() for path in inputs)
    names = {path.name for path in inputs}
    assert {"CacheBadge.svelte", "tracker.mjs", "package-lock.json"} <= names
    assert not [name for name in names if ".test." in name or ".stories." in name]


def test_the_lock_names_no_registry():
    lock = json.loads((HERE.root / "package-lock.json").read_text())
    packages = lock["packages"].items()
    assert not [name for name, package in packages if "resolved" in package]
    assert [name for name, package in packages if "integrity" in package]
