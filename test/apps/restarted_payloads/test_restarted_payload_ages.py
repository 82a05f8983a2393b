"""What is shown again though it can not be packed, and grows old."""

from __future__ import annotations

import pytest

import gradio as gr
from gradio.caching.serving.replay import responses_behind
from support.plots import RUNS, figure_of
from support.restarts import Runs

pytestmark = pytest.mark.filterwarnings("ignore:A result of .*Figure:UserWarning")


GATES = Runs()


def test_its_age_goes_on(start, make, passing):
    def new():
        return make(ttl=100)

    start(new).run("f0", "a")
    passing(60)
    assert start(new).run("f0", "a").used == "full"
    app = start(new)
    assert app.run("f0", "a").used == "full"
    passing(60)
    assert app.run("f0", "a").used is None
    assert RUNS == ["a", "a"]


@pytest.mark.parametrize("held", [True, False])
def test_a_stale_one_is_given_at_once_and_renewed(
    start, make, passing, monkeypatch, settled, held
):
    def new():
        return make(ttl=100, stale=1000)

    if not held:
        monkeypatch.setattr(responses_behind, "MOST_HELD", 0)
    first = start(new).run("f0", "a")
    app = start(new)
    app.run("f0", "a")
    passing(200)
    again = app.run("f0", "a")
    assert (again.used, again.data) == ("full", first.data)
    assert app.demo.cached.cache.info().stale_hits == 1
    settled.wait()
    assert RUNS == ["a", "a"]
    for renewed in (app.run("f0", "a"), start(new).run("f0", "a")):
        assert renewed.used == "full"
        assert renewed.data != first.data
    assert RUNS == ["a", "a"]


def test_a_renewal_that_fails_is_not_tried_by_each(
    start, make, passing, monkeypatch, settled
):
    monkeypatch.setattr(responses_behind, "MOST_HELD", 0)

    def plot_once(text):
        RUNS.append(text)
        if len(RUNS) > 1:
            raise gr.Error("no more paper", print_exception=False)
        return figure_of(1, 2)

    def new():
        return make(plot_once, ttl=100, stale=1000)

    first = start(new).run("f0", "a")
    app = start(new)
    passing(200)
    for _ in range(3):
        again = app.run("f0", "a")
        assert (again.used, again.data) == ("full", first.data)
    settled.wait()
    assert app.run("f0", "a").used == "full"
    assert settled.none_more
    assert RUNS == ["a", "a"]
    passing(2)
    app.run("f0", "a")
    settled.wait()
    assert RUNS == ["a", "a", "a"]


def test_who_asks_while_a_renewal_runs_is_given_the_old_one_at_once(
    start, make, passing, monkeypatch, settled, gate
):
    monkeypatch.setattr(responses_behind, "MOST_HELD", 0)
    GATES[:] = [gate]

    def plot_slowly(text):
        RUNS.append(text)
        if len(RUNS) > 1:
            GATES[0].wait()
            raise gr.Error("no more paper", print_exception=False)
        return figure_of(1, 2)

    def new():
        return make(plot_slowly, ttl=100, stale=1000)

    first = start(new).run("f0", "a")
    app = start(new)
    passing(200)
    app.run("f0", "a")
    gate.until_reached()
    again = app.run("f0", "a")
    assert (again.used, again.data) == ("full", first.data)
    gate.open()
    settled.wait()
