"""demo/cache_replicas_demo, as its visitors meet it: each page is another replica's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from support.serving import Apps
from support.visit import Visit

DEMO = "demo/cache_replicas_demo/run.py"
NAMES = ["Amber", "Blue", "Coral"]
READY, EVENTS = "Count", 2


@pytest.fixture
def demo(visit: Visit, apps: Apps) -> Visit:
    """A visit to replicas of which none has computed anything."""
    visit.open(apps.url(DEMO), READY)
    visit.run("Forget, on all replicas")
    return visit


def replica(visit: Visit) -> str:
    """Reads which replica the page is of."""
    heading = visit.page.get_by_role("heading", name="This page is on replica")
    return heading.inner_text().split()[-1]


def answer_in(visit: Visit) -> str:
    return visit.page.get_by_label("Answer").input_value()


def open_on_another(visit: Visit, url: str) -> str:
    before = replica(visit)
    visit.open(url, READY)
    expect(visit.page.get_by_text("This page is on replica")).not_to_contain_text(
        before
    )
    return replica(visit)


def test_what_a_replica_has_computed_others_answer_with_a_badge(
    demo: Visit, apps: Apps
) -> None:
    first = replica(demo)
    assert demo.run("Count", events=EVENTS) is None
    answer = answer_in(demo)
    assert re.fullmatch(rf"[\d,]+ primes\. {first} counted them at [\d:]+\.", answer)

    visited = {first}
    while len(visited) < len(NAMES):
        visited.add(open_on_another(demo, apps.url(DEMO)))
        assert demo.run("Count", events=EVENTS) == "full"
        demo.wait_for_badges()
        assert answer_in(demo) == answer
        expect(demo.page.get_by_text("from the store")).to_contain_text("counted 0")
    assert visited == set(NAMES)


def test_what_is_forgotten_on_one_replica_is_computed_again_by_another(
    demo: Visit, apps: Apps
) -> None:
    assert demo.run("Count", events=EVENTS) is None
    open_on_another(demo, apps.url(DEMO))
    demo.run("Forget, on all replicas")
    open_on_another(demo, apps.url(DEMO))
    assert demo.run("Count", events=EVENTS) is None
