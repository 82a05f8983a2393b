from pathlib import Path

import pytest

from fork import frontend
from fork.hatch_hook import CustomBuildHook


class Builder:
    artifact_project_id = "gradio-1.0+cache.1"


class BuildConfig:
    builder = Builder()

    def __init__(self):
        self.target_config = {}


@pytest.fixture
def hook(project, monkeypatch):
    monkeypatch.setattr("sys.path", [])
    root = str(project.root)
    return CustomBuildHook(root, {}, BuildConfig(), None, "", "wheel")


def test_node_is_asked_for_where_there_is_none(hook, monkeypatch):
    monkeypatch.setattr(frontend, "build_requirements", lambda: ["node"])
    assert hook.dependencies() == ["node"]


def test_a_wheel_takes_the_package_and_the_licenses(hook, project):
    build_data = {"force_include": {}}
    hook.initialize("standard", build_data)
    assert build_data["force_include"] == {
        str(project.frozen / "gradio"): "gradio",
        str(project.frozen / "licenses"): "gradio-1.0+cache.1.dist-info/licenses",
    }
    assert all(Path(path).is_dir() for path in build_data["force_include"])


def test_an_editable_install_takes_nothing(hook, project):
    build_data = {"force_include": {}}
    hook.initialize("editable", build_data)
    assert build_data == {"force_include": {}}
    assert hook.build_config.target_config["dev-mode-dirs"] == ["build/1.0/fork"]
    assert (project.live / "gradio/caching").is_symlink()


def test_an_error_is_a_message_and_not_a_traceback(hook, project):
    project.pin.unlink()
    with pytest.raises(SystemExit, match=r"^error: .*upstream\.toml: cannot be read"):
        hook.initialize("standard", {"force_include": {}})
