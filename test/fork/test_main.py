import pytest

from fork import __main__ as cli


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
