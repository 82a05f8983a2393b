from dataclasses import replace

import pytest

from fork import __main__ as cli
from fork import base, pin
from support.wheels import BASE_FILES, make_wheel, pin_to, upstream


@pytest.fixture(autouse=True)
def here(project, monkeypatch):
    monkeypatch.setattr(cli, "HERE", project)
    return project


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ([], "build/1.0/fork"),
        (["assemble"], "build/1.0/fork"),
        (["diff"], "build/1.0/gradio-caching.diff"),
    ],
)
def test_prints_what_it_made(arguments, result, here, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["fork", *arguments])
    assert cli.main() == 0
    assert capsys.readouterr().out == f"{here.root / result}\n"
    assert (here.root / result).exists()


def test_an_error_is_a_message_and_not_a_traceback(here, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["fork"])
    here.pin.write_text("")
    assert cli.main() == 1
    assert "error: " in capsys.readouterr().err


IMPORTS = {"gradio/queueing.py": "from gradio.caching import Probe\n"}
OWN = {"gradio/caching.py": ""}


@pytest.mark.parametrize(
    ("files", "drop", "says"),
    [
        (
            OWN,
            (),
            "gradio/caching/__init__.py: the base already has gradio/caching.py; "
            "a file of ours must be new. Rename ours, change the base's with a seam, "
            "or, if ours is to take its place, name it in `drop` of that base in "
            "upstream.toml.",
        ),
        (
            {**OWN, **IMPORTS},
            ("gradio/caching.py",),
            "gradio/queueing.py: imports Probe from gradio.caching, where ours has no "
            "such name; add it to NAMES in gradio/caching/release/__init__.py, or take "
            "the import away with a seam.",
        ),
    ],
)
def test_a_base_with_a_cache_of_its_own_needs_to_be_told_of(
    here, files, drop, says, tmp_path, monkeypatch, capsys
):
    wheel = make_wheel(tmp_path, "1.0", {**BASE_FILES, **files})
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(wheel))
    here.pin.write_text(upstream([replace(pin_to(wheel), drop=drop)]))
    monkeypatch.setattr("sys.argv", ["fork"])
    assert cli.main() == 1
    assert capsys.readouterr().err == f"error: {says}\n"


def test_an_unknown_base_is_answered_with_those_that_are_known(
    here, monkeypatch, capsys
):
    monkeypatch.setattr("sys.argv", ["fork"])
    monkeypatch.setenv(pin.VARIABLE, "9.9")
    assert cli.main() == 1
    assert capsys.readouterr().err == (
        f"error: {here.pin}: no base 9.9; there are 1.0. Set {pin.VARIABLE}.\n"
    )


def test_another_wheel_is_answered_with_both_hashes(
    here, tmp_path, monkeypatch, capsys
):
    wheel = make_wheel(tmp_path, "1.0", {**BASE_FILES, "gradio/more.py": ""})
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(wheel))
    monkeypatch.setattr("sys.argv", ["fork"])
    assert cli.main() == 1
    said = capsys.readouterr().err
    assert f"{wheel} is not the pinned gradio-1.0-py3-none-any.whl" in said
    assert pin.read(here.pin).sha256 in said
    assert pin_to(wheel).sha256 in said
    assert f"name the right one in {base.WHEEL_VARIABLE}" in said


@pytest.mark.parametrize("only", [[], ["stores", "guide"]])
def test_patches_are_tried_on_request(here, monkeypatch, capsys, only):
    monkeypatch.setattr("sys.argv", ["fork", "pr", "--check", *only])
    monkeypatch.setattr(
        cli.trial, "run", lambda project, _, only: f"{project.root} {only}"
    )
    assert cli.main() == 0
    assert capsys.readouterr().out == f"{here.root} {only}\n"


def test_nothing_else_is_checked(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["fork", "diff", "--check"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "--check is for pr" in capsys.readouterr().err
