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

# what our files add, and addresses that are longer
MORE_BYTES = 1_000_000
OURS = {"blake3", "msgpack", "redis"}
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
def base_info(base_tree) -> importlib.metadata.Distribution:
    [folder] = base_tree.glob("*.dist-info")
    return importlib.metadata.Distribution.at(folder)


@pytest.fixture(scope="module")
def our_info(wheel, tmp_path_factory) -> importlib.metadata.Distribution:
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(wheel) as archive:
        info = [name for name in archive.namelist() if ".dist-info/" in name]
        archive.extractall(folder, info)
    [folder] = folder.glob("*.dist-info")
    return importlib.metadata.Distribution.at(folder)


@pytest.fixture(scope="module")
def version() -> str:
    settings = tomlfile.read(HERE.root / "pyproject.toml", ForkError)["tool"]["hatch"]
    release = settings["metadata"]["hooks"]["custom"]["release"]
    return f"{pin.read(HERE.pin).version}+{release}"


def requirements(info) -> set[str]:
    return {str(Requirement(text)) for text in info.requires}


def test_what_is_required_is_what_the_base_requires_and_ours(our_info, base_info):
    stated, theirs = requirements(our_info), requirements(base_info)
    assert theirs <= stated
    assert {Requirement(text).name for text in stated - theirs} == OURS
    assert our_info.metadata["Requires-Python"] == base_info.metadata["Requires-Python"]
    assert provided(our_info) == provided(base_info) | {"redis"}


def test_what_only_some_need_is_an_extra(our_info):
    [text] = [text for text in our_info.requires if text.startswith("redis")]
    stated = Requirement(text)
    assert (stated.extras, str(stated.specifier)) == ({"hiredis"}, ">=5.0.1")
    assert stated.marker.evaluate({"extra": "redis"})
    assert not stated.marker.evaluate({"extra": ""})


def provided(info) -> set[str]:
    return set(info.metadata.get_all("Provides-Extra"))


def test_scripts_are_the_bases(our_info, base_info):
    ours, theirs = (
        {entry.name: entry.value for entry in info.entry_points}
        for info in (our_info, base_info)
    )
    assert ours == theirs


def test_the_wheel_is_named_for_its_version_and_small(wheel, version):
    assert wheel.name == f"gradio-{version}-py3-none-any.whl"
    with zipfile.ZipFile(base.wheel(HERE.base, pin.read(HERE.pin))) as archive:
        files = [f for f in archive.infolist() if not f.filename.endswith(".js.map")]
    assert wheel.stat().st_size <= sum(f.compress_size for f in files) + MORE_BYTES


def test_the_wheel_holds_the_package_its_licenses_and_no_more(wheel, version):
    info = f"gradio-{version}.dist-info"
    files = names(wheel)
    with zipfile.ZipFile(wheel) as archive:
        changed = archive.read(f"{info}/licenses/CHANGED_FILES").decode()
        metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
    assert {name.split("/")[0] for name in files} == {"gradio", info}
    assert not [name for name in files if name.endswith(".js.map")]
    for license in ["LICENSE", "NOTICE", "GRADIO_LICENSE"]:
        assert f"{info}/licenses/{license}" in files
    assert set(overlay.roots(HERE.overlays)) <= files
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
