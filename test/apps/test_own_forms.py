"""A session that has changed its components neither gives its form to others nor takes
theirs, whenever it does so."""

from contextlib import ExitStack

import pytest

import gradio as gr

ASKED = 3.7


class Page:
    """A session, and the messages to it."""

    def __init__(self, app, stack):
        self.app, self.session = app, app.session()
        self._stack = stack
        self._asked = set()

    def ask(self, fn, *data):
        event = self.app.join(fn, *data, session=self.session)
        if not self._asked:
            self.stream = self._stack.enter_context(self.app.listen(self.session))
        self._asked.add(event)
        return event

    def until(self, kind, event):
        for message in self.stream:
            if message["msg"] == "process_completed":
                self._asked.discard(message["event_id"])
            if message["msg"] == kind and message.get("event_id") == event:
                return message
        raise AssertionError(f"no {kind}")

    def change(self):
        self.until("process_completed", self.ask("change"))

    def change_input(self):
        self.until("process_completed", self.ask("change_input"))

    def answer(self, event):
        message = self.until("process_completed", event)
        assert message["success"], message
        return message["output"]["data"][0]


@pytest.fixture
def queued(gate):
    """A leader and its follower, both of which wait behind an event that runs."""

    def ask(leader, follower, behind):
        behind.ask("busy", 0)
        gate.until_reached()
        event = leader.ask("echo", ASKED)
        leader.until("estimation", event)
        return event, follower.ask("echo", ASKED)

    return ask


@pytest.fixture
def running(gate):
    """A leader that runs, and its follower."""

    def ask(leader, follower):
        event = leader.ask("slow", ASKED)
        gate.until_reached()
        return event, follower.ask("slow", ASKED)

    return ask


@pytest.fixture
def pages(serve):
    with ExitStack() as stack:

        def start(*fns, change=lambda: gr.update(precision=0)):
            one = {"concurrency_id": "one", "concurrency_limit": 1}
            with gr.Blocks() as demo:
                given, out = gr.Number(), gr.Number()
                for fn in fns:
                    given.submit(fn, given, out, api_name=fn.__name__, **one)
                many = {"concurrency_limit": 10}
                gr.Button().click(change, None, out, api_name="change", **many)
                gr.Button().click(change, None, given, api_name="change_input", **many)
            app = serve(demo)
            return [Page(app, stack) for _ in range(4)]

        yield start


def busy_of(gate):
    """Keeps the others in the queue until the gate is opened."""

    def busy(number):
        gate.wait()
        return number

    return busy


def slow_of(gate):
    @gr.cache
    def slow(number):
        gate.wait()
        return number

    return slow


def echo_of(runs):
    @gr.cache
    def echo(number):
        runs.append(number)
        return number

    return echo


def test_a_leader_that_waits_in_the_queue(pages, queued, gate):
    runs = []
    a, b, c, blocker = pages(echo_of(runs), busy_of(gate))
    leader, follower = queued(a, b, behind=blocker)
    a.change()
    gate.open()
    assert b.answer(follower) == ASKED
    assert a.answer(leader) == 4
    for page, seen in ((c, ASKED), (a, 4), (b, ASKED)):
        assert page.answer(page.ask("echo", ASKED)) == seen
    assert runs == [ASKED]


def test_a_leader_whose_input_is_another_when_it_runs(pages, queued, gate):
    runs = []
    a, b, c, blocker = pages(echo_of(runs), busy_of(gate))
    leader, follower = queued(a, b, behind=blocker)
    a.change_input()
    gate.open()
    assert b.answer(follower) == ASKED
    # As without a cache: inputs are read when the event runs.
    assert a.answer(leader) == 4
    assert c.answer(c.ask("echo", ASKED)) == ASKED
    assert sorted(runs) == [ASKED, 4]


def test_a_leader_that_runs(pages, running, gate):
    a, b, c, _ = pages(slow_of(gate))
    leader, follower = running(a, b)
    a.change()
    gate.open()
    answers = [a.answer(leader), b.answer(follower), c.answer(c.ask("slow", ASKED))]
    assert answers == [4, ASKED, ASKED]
    assert gate.runs == 1


def test_a_leader_that_has_left(pages, running, gate):
    a, b, c, _ = pages(slow_of(gate))
    leader, follower = running(a, b)
    a.change()
    next(
        event
        for job in a.app.queue.active_jobs
        for event in job or ()
        if event._id == leader
    ).alive = False
    gate.open()
    assert b.answer(follower) == ASKED
    assert c.answer(c.ask("slow", ASKED)) == ASKED
    assert gate.runs == 1


def steps_of(gate):
    @gr.cache
    def steps(number):
        yield number
        gate.wait()
        yield number + 1
        yield number + 2

    return steps


@pytest.mark.parametrize("changing", ["leader", "follower", "both"])
def test_between_the_steps_of_a_generator(pages, gate, changing):
    a, b, c, _ = pages(steps_of(gate))
    leader = a.ask("steps", ASKED)
    a.until("process_generating", leader)
    gate.until_reached()
    follower = b.ask("steps", ASKED)
    b.until("process_generating", follower)
    if changing != "follower":
        a.change()
    if changing != "leader":
        b.change()
    gate.open()
    own = {"leader": (6, ASKED + 2), "follower": (ASKED + 2, 6), "both": (6, 6)}
    assert (a.answer(leader), b.answer(follower)) == own[changing]
    for _ in range(2):
        assert c.answer(c.ask("steps", ASKED)) == ASKED + 2
    assert gate.runs == 1


def test_no_step_is_told_as_a_change_to_one_of_another_form(pages, gate):
    a, b, *_ = pages(steps_of(gate))
    a.ask("steps", ASKED)
    gate.until_reached()
    follower = b.ask("steps", ASKED)
    b.until("process_generating", follower)
    b.change()
    gate.open()
    messages = []
    for message in b.stream:
        messages.append(message)
        if message["msg"] == "process_completed" and message["event_id"] == follower:
            break
    assert [m["msg"] for m in messages] == ["process_completed"]
    assert messages[0]["output"]["data"] == [6]


def test_an_error_of_a_session_s_own_is_its_own(pages, queued, gate):
    """Its input no longer takes what the others' take."""
    runs = []
    a, b, _, blocker = pages(
        echo_of(runs), busy_of(gate), change=lambda: gr.update(maximum=1)
    )
    leader, follower = queued(a, b, behind=blocker)
    a.change_input()
    gate.open()
    assert b.answer(follower) == ASKED
    assert not a.until("process_completed", leader)["success"]
    assert runs == [ASKED]
