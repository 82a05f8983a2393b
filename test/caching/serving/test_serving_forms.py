from types import SimpleNamespace

import pytest

from gradio.caching.serving.forms import CommonForm, inputs_changed, note_inputs
from support.queued import Stub

GIVEN, OUT, OTHER = range(3)


def block(block_id):
    return SimpleNamespace(_id=block_id)


class App:
    """Components, and sessions that may have put others in their place."""

    def __init__(self):
        self.blocks = {number: block(number) for number in (GIVEN, OUT, OTHER)}
        self.states = {}
        holder = SimpleNamespace(session_data=self.states, blocks=self)
        self.queue = Stub(blocks=SimpleNamespace(state_holder=holder))

    def event(self, session="s", rendered_in=None):
        fn = SimpleNamespace(
            inputs=[block(GIVEN)], outputs=[block(OUT)], rendered_in=rendered_in
        )
        return Stub(fn=fn, session_hash=session)

    def begin(self, session="s"):
        """Gives a session a state, with the components of all."""
        config = SimpleNamespace(blocks=dict(self.blocks))
        self.states[session] = SimpleNamespace(blocks_config=config)

    def change(self, block_id, session="s"):
        self.states[session].blocks_config.blocks[block_id] = block(block_id)

    def end(self, session="s"):
        del self.states[session]


@pytest.fixture
def app():
    return App()


def test_a_session_without_a_state_has_the_form_of_all(app):
    form = CommonForm(app.queue, app.event())
    assert form.holds
    app.begin()
    assert form.check()


@pytest.mark.parametrize("changed", [GIVEN, OUT])
def test_a_session_with_a_component_of_its_own_has_its_own_form(app, changed):
    app.begin()
    form = CommonForm(app.queue, app.event())
    assert form.check()
    app.change(changed)
    assert not form.check()
    assert not form.holds
    assert not CommonForm(app.queue, app.event()).holds


def test_what_an_event_does_not_concern_may_change(app):
    app.begin("s")
    app.begin("t")
    form = CommonForm(app.queue, app.event())
    app.change(OTHER)
    app.change(OUT, "t")
    assert form.check()


def test_a_component_that_was_changed_and_changed_back_counts(app):
    app.begin()
    form = CommonForm(app.queue, app.event())
    app.change(OUT)
    form.check()
    app.states["s"].blocks_config.blocks[OUT] = app.blocks[OUT]
    assert not form.check()


@pytest.mark.parametrize("begins_again", [True, False])
def test_a_state_that_is_gone_can_t_tell_what_it_was(app, begins_again):
    app.begin()
    form = CommonForm(app.queue, app.event())
    app.end()
    if begins_again:
        app.begin()
    assert not form.check()


def test_what_a_session_rendered_is_its_own(app):
    assert not CommonForm(app.queue, app.event(rendered_in=1)).holds


@pytest.mark.parametrize(
    ("changed", "differs"), [(GIVEN, True), (OUT, False), (OTHER, False)]
)
def test_a_run_is_told_of_inputs_that_changed_while_it_waited(app, changed, differs):
    app.begin()
    event = app.event()
    note_inputs(app.queue, event)
    app.change(changed)
    assert inputs_changed(app.queue, event) is differs


def test_a_state_that_is_new_changes_no_inputs(app):
    event = app.event()
    note_inputs(app.queue, event)
    app.begin()
    assert not inputs_changed(app.queue, event)


def test_a_session_may_have_had_its_own_input_before(app):
    app.begin()
    app.change(GIVEN)
    event = app.event()
    note_inputs(app.queue, event)
    assert not inputs_changed(app.queue, event)
    note_inputs(app.queue, event)
    app.end()
    assert inputs_changed(app.queue, event)


def test_a_reload_brings_other_inputs(app):
    event = app.event()
    note_inputs(app.queue, event)
    app.blocks[GIVEN] = block(GIVEN)
    assert inputs_changed(app.queue, event)


def test_an_event_is_asked_once_and_one_that_was_not_noted_never_differs(app):
    app.begin()
    event = app.event()
    assert not inputs_changed(app.queue, event)
    note_inputs(app.queue, event)
    app.change(GIVEN)
    assert inputs_changed(app.queue, event)
    assert not inputs_changed(app.queue, event)
