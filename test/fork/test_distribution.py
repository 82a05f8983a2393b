"""The wheel and the source distribution, built and installed as anyone does it."""

import email
import importlib.metadata
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from fork import base, overlay, pin, tomlfile
from fork.assemble import assemble
from fork.errors import ForkError
from fork.project import HERE
from support.commands import pip, run

MOST_BYTES = 25_000_000
OURS = {"blake3"}
USE = """
import json, gradio as gr
calls = []

@gr.cache
def double(x):
    calls.append(x)
    return 2 * x

double(1), double(1)
print(json.dumps([gr.__file__, gr.__version__, calls, len(double.cache)]))
"""


@pytest.fixture(scope="module")
def project_table() -> dict:
    return tomlfile.read(HERE.root / "pyproject.toml", ForkError)["project"]


@pytest.fixture(scope="module")
def base_info(base_tree) -> importlib.metadata.Distribution:
    [folder] = base_tree.glob("*.dist-info")
    return importlib.metadata.Distribution.at(folder)


def requirements(texts) -> set[str]:
    return {str(Requirement(text)) for text in texts}


def test_version_and_dependencies_are_the_bases(project_table, base_info):
    extras = {
        f"{text}; extra == '{extra}'"
        for extra, texts in project_table["optional-dependencies"].items()
        for text in texts
    }
    stated = requirements([*project_table["dependencies"], *extras])
    ours = {text for text in stated if Requirement(text).name in OURS}
    assert {Requirement(text).name for text in ours} == OURS
    assert stated - ours == requirements(base_info.requires)
    assert project_table["version"].startswith(f"{base_info.version}+cache.")
    assert project_table["requires-python"] == base_info.metadata["Requires-Python"]


def test_scripts_are_the_bases(project_table, base_info):
    scripts = {entry.name: entry.value for entry in base_info.entry_points}
    assert project_table["scripts"] == scripts


def test_the_wheel_is_named_for_its_version_and_small(wheel, project_table):
    assert wheel.name == f"gradio-{project_table['version']}-py3-none-any.whl"
    assert wheel.stat().st_size <= MOST_BYTES


def test_the_wheel_holds_the_package_its_licenses_and_no_more(wheel, project_table):
    info = f"gradio-{project_table['version']}.dist-info"
    files = names(wheel)
    with zipfile.ZipFile(wheel) as archive:
        changed = archive.read(f"{info}/licenses/CHANGED_FILES").decode()
        metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
    assert {name.split("/")[0] for name in files} == {"gradio", info}
    assert not [name for name in files if name.endswith(".js.map")]
    for license in ["LICENSE", "NOTICE", "GRADIO_LICENSE"]:
        assert f"{info}/licenses/{license}" in files
    assert set(overlay.names(HERE.overlay)) <= files
    assert "  gradio/queueing.py\n" in changed
    assert metadata["License-Expression"] == "Apache-2.0"


@pytest.fixture(scope="module")
def clean_python(make_venv, wheel) -> Path:
    """The Python of an environment with the wheel and its dependencies alone."""
    python = make_venv()
    pip("install", "--no-compile", wheel, python=python)
    return python


def test_the_wheel_works_in_a_clean_environment(clean_python, tmp_path):
    answer = run(clean_python, "-I", "-c", USE, cwd=tmp_path)
    file, version, calls, kept = json.loads(answer)
    assert Path(file).is_relative_to(clean_python.parents[1])
    assert (version, calls, kept) == (pin.read(HERE.pin).version, [1], 1)


def test_the_installed_dependencies_fit(clean_python):
    assert "No broken requirements" in pip("check", python=clean_python)


def test_an_editable_install_points_at_the_assembled_package(make_venv):
    python = make_venv()
    assemble(HERE, live=True)
    inode = HERE.live.stat().st_ino
    pip("install", "--no-deps", "--editable", HERE.root, python=python)
    where = "import importlib.util as u; print(u.find_spec('gradio').origin)"
    origin = run(python, "-I", "-c", where).strip()
    assert origin == str(HERE.live / "gradio/__init__.py")
    assert HERE.live.stat().st_ino == inode


def test_the_source_distribution_builds_the_same_files(wheel, tmp_path, monkeypatch):
    source = unpack(make_sdist(tmp_path), tmp_path)
    stored = base.wheel(HERE.base, pin.read(HERE.pin))
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(stored))
    pip("wheel", "--no-deps", "--wheel-dir", tmp_path / "out", source)
    [built] = (tmp_path / "out").iterdir()
    assert names(built) == names(wheel)


def make_sdist(folder: Path) -> Path:
    hatchling = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    run(*hatchling, "--directory", folder, cwd=HERE.root)
    [path] = folder.glob("*.tar.gz")
    return path


def unpack(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())
