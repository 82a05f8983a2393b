import pytest

from fork import surface, tomlfile
from fork.errors import SeamError
from fork.project import HERE
from support.wheels import write_all


def test_nothing_new_decides_about_answers(base_tree):
    """
    A parameter or a field that is new here may be what an answer depends on, as a token
    in a request and inputs with names were: see to it that look-ups know of it, add a
    test, and write it down with `python -m fork surface`.
    """
    assert surface.render(base_tree) == surface.path(HERE).read_text("utf-8")


def test_what_is_written_down_is_not_empty():
    known = tomlfile.read(surface.path(HERE), SeamError)
    assert "data" in known["gradio/data_classes.py: PredictBody"]
    assert "event_data" in known["gradio/helpers.py: special_args"]
    assert sum(map(len, known.values())) > 80


def test_a_function_that_is_gone_is_named(tmp_path):
    write_all(tmp_path, dict.fromkeys(surface.LOOKED_AT, ""))
    with pytest.raises(SeamError, match=r"0 times BlockFunction\.__init__"):
        surface.render(tmp_path)
