"""What README, CONTRIBUTING and the docstrings name exists, and their code runs."""

from __future__ import annotations

import inspect
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import gradio as gr
from fork import base, edit, edit_file, pin, tomlfile
from fork.project import HERE
from support.caller import Caller
from support.commands import run
from support.documents import ROOT, blocks, launched, without_code

README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
CHANGELOG = ROOT / "CHANGELOG.md"
DOCUMENTS = [README, CONTRIBUTING, CHANGELOG, ROOT / "NOTICE"]
HOSTS = {"github.com", "keepachangelog.com"}
CACHING = ROOT / "gradio" / "caching"
CODE = [CACHING, ROOT / "bases", ROOT / "fork"]
BEGINNINGS = "A state for every beginning"


def unpacked_base() -> Path:
    return base.unpacked(HERE.base, pin.read(HERE.pin))


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def document(request) -> Path:
    return request.param


def test_links_lead_to_files(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", without_code(document))
    relative = [link for link in links if not urlsplit(link).scheme]
    assert [link for link in relative if not (ROOT / link).exists()] == []


def test_paths_in_backticks_exist(document: Path) -> None:
    roots = "demo|fork|gradio|guides|js|scripts|seams|test"
    named = re.findall(rf"`((?:{roots})/[\w./-]+)`", document.read_text("utf-8"))
    trees = ROOT, unpacked_base()
    named = [p for p in named if not (ROOT / "seams" / f"{p}.toml").exists()]
    assert [p for p in named if not any((tree / p).exists() for tree in trees)] == []


def test_terms_of_the_glossary_are_in_the_code() -> None:
    section = CONTRIBUTING.read_text("utf-8").partition("## Glossary")[2]
    rows = re.findall(r"^\| (\w[^|]*) \|", section.partition("\n## ")[0], re.MULTILINE)
    terms = [term for row in rows[1:] for term in row.split(", ")]
    files = (file for part in CODE for file in part.rglob("*.py"))
    code = "".join(path.read_text("utf-8") for path in files).lower()
    patterns = [re.sub(r"[ -]", "[ _-]?", term) for term in terms]
    assert len(terms) > 30
    assert [term for term in patterns if not re.search(term, code)] == []


def commands() -> list[str]:
    listing = run("make", "-C", ROOT, "help")
    return re.findall(r"^make (\w+)", listing, re.MULTILINE)


def test_make_commands_exist(document: Path) -> None:
    named = re.findall(r"(?:^|`)make ([a-z]+)", document.read_text("utf-8"), re.M)
    assert set(named) <= set(commands())


def test_readme_lists_every_make_command() -> None:
    text = README.read_text("utf-8")
    assert [name for name in commands() if f"| `make {name}`" not in text] == []


def test_files_that_pytest_is_called_with_exist() -> None:
    text = CONTRIBUTING.read_text("utf-8")
    named = re.findall(r"-m pytest (\S+)", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_other_host_is_named(document: Path) -> None:
    urls = re.findall(r"https?://[^\s)>\"']+", document.read_text("utf-8"))
    assert {urlsplit(url).hostname for url in urls} <= HOSTS


def test_no_path_of_a_machine_is_named(document: Path) -> None:
    here = {ROOT, ROOT.parent, Path.home(), Path(tempfile.gettempdir())}
    text = document.read_text("utf-8")
    assert [path for path in here if f"{path}/" in text] == []


def test_docstrings_name_demos_and_guides_that_exist() -> None:
    guides = {path.stem.split("_", 1)[1] for path in ROOT.glob("guides/*/*.md")}
    demos = {path.parent.name for path in ROOT.glob("demo/*/run.py")}
    docs = [inspect.getdoc(thing) or "" for thing in (gr.cache, gr.Cache)]
    assert _names("Guides", docs) <= guides
    assert _names("Demos", docs) <= demos
    assert _names("Guides", docs)


def _names(label: str, docs: list[str]) -> set[str]:
    lines = re.findall(rf"^{label}: (.+)$", "\n".join(docs), re.MULTILINE)
    return {name.strip() for line in lines for name in line.split(",")}


def test_newest_version_in_the_changelog_is_the_one_that_is_built() -> None:
    versions = re.findall(r"^## \[(.+?)\]", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    hatch = tomlfile.read(ROOT / "pyproject.toml", AssertionError)["tool"]["hatch"]
    release = hatch["metadata"]["hooks"]["custom"]["release"]
    assert versions[0] == f"{pin.default(HERE.pin)}+{release}"
    assert f"gradio-{versions[0]}-py3-none-any.whl" in README.read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "endpoint", "inputs", "answer", "used"),
    [
        (
            "`gr.cache`: answer a repeated call from memory",
            "/primes",
            (30,),
            "10 primes, the last is 29",
            "full",
        ),
        (
            "`gr.Cache`: decide yourself what to keep",
            "/find",
            ("be", "to be or not to be"),
            "at [1, 5]",
            "partial",
        ),
    ],
)
def test_examples_of_the_readme(heading, endpoint, inputs, answer, used) -> None:
    (block,) = [block for block in blocks(README) if block.heading == heading]
    with launched(block) as names:
        caller = Caller(names["demo"])
        first, _ = caller.yields(endpoint, *inputs)
        assert first[-1] == answer
        assert caller.yields(endpoint, *inputs) == (first, used)


def test_example_of_the_readme_goes_on_from_the_longest_prefix() -> None:
    (block,) = [b for b in blocks(README) if b.heading == BEGINNINGS]
    with launched(block) as names:
        caller = Caller(names["demo"])
        first = "1 east, 2 north; 0 of 3 steps were known"
        assert caller.ask("/walk", "NNE") == (first, None)
        second = "2 east, 1 north; 3 of 5 steps were known"
        assert caller.ask("/walk", "NNEES") == (second, "partial")


def test_every_example_of_the_readme_is_tested() -> None:
    assert len(blocks(README)) == 3


def test_example_of_a_type_runs() -> None:
    (block,) = blocks(CONTRIBUTING)
    block.run()


def test_example_of_a_seam_fits_the_base(tmp_path: Path) -> None:
    (block,) = blocks(CONTRIBUTING, "toml")
    path = tmp_path / "gradio" / "queueing.py.toml"
    path.parent.mkdir()
    path.write_text(block.code)
    edited = edit.patched(unpacked_base(), edit_file.of_python(tmp_path))
    assert "        serving.close(self)\n" in edited["gradio/queueing.py"]


def test_modules_on_the_floors_exist() -> None:
    rows = re.findall(r"^\| (`\w+`.*?) \|", CONTRIBUTING.read_text("utf-8"), re.M)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    laid_in = CACHING.parents[1].glob("bases/*/gradio/caching/*")
    modules = {path.stem for path in (*CACHING.iterdir(), *laid_in)}
    assert {"serving", "engine", "hashing"} <= set(named) <= modules
