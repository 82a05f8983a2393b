"""Events of functions that are told about the component which the event is of."""

import pytest

import gradio as gr
from gradio.data_classes import _StaticFiles


def picked(event: gr.SelectData):
    return described(event.target, event.index)


def described(target, index):
    return f"{target.label}: {target.choices}, {index}"


described_once = gr.cache(described)


def picked_inside(event: gr.SelectData):
    return described_once(event.target, event.index)


@pytest.fixture
def app(serve):
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        names = gr.Dropdown(["public"], label="All")
        names.select(gr.cache(picked), None, out, api_name="cached")
        names.select(picked_inside, None, out, api_name="inside")
        names.select(picked, None, out, api_name="plain")
        given.submit(own_names, given, names, api_name="own")
    app = serve(demo)
    app.names = names
    return app


def own_names(name):
    return gr.Dropdown([f"of {name}"], label=name)


def pick(app, name, session):
    told = {"index": 0, "value": "public"}
    asked = {"event_data": told, "trigger_id": app.names._id}
    return app.run(name, session=session, **asked)


def test_equal_picks_are_known(app):
    first = pick(app, "cached", "s")
    assert first.data == pick(app, "plain", "s").data
    again = pick(app, "cached", "t")
    assert (again.data, again.used) == (first.data, "full")


@pytest.mark.parametrize("first", ["own", "other"])
def test_what_a_session_made_of_a_component_is_its_own(app, first):
    app.run("own", "me", session="own")
    sessions = {"own": "me: ", "other": "All: "}
    for session in (first, *sessions, *sessions):
        plain = pick(app, "plain", session).data
        assert plain[0].startswith(sessions[session])
        for name in ("cached", "inside"):
            assert pick(app, name, session).data == plain


def test_a_component_that_is_changed_for_all_is_seen(app):
    for label in ("All", "Other"):
        app.names.label = label
        for name in ("cached", "inside"):
            assert pick(app, name, "s").data[0].startswith(label)


def read(event: gr.EventData):
    with open(event._data["path"]) as file:
        return file.read()


def test_a_file_of_an_event_is_checked_each_time(serve, tmp_path, monkeypatch):
    file = tmp_path / "told.txt"
    file.write_text("told")
    with gr.Blocks() as demo:
        out = gr.Textbox()
        gr.Button().click(gr.cache(read), None, out, api_name="read")
    app = serve(demo)
    named = {"path": str(file), "meta": {"_type": "gradio.FileData"}}
    monkeypatch.setattr(_StaticFiles, "all_paths", [str(tmp_path)])
    assert [app.run("read", event_data=named).data for _ in range(2)] == [["told"]] * 2
    monkeypatch.setattr(_StaticFiles, "all_paths", [])
    assert not app.run("read", event_data=named).success
