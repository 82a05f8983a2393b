"""demo/cache_kv_demo, as its visitors meet it."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from support import kv_demo as demos
from support.serving import Apps
from support.visit import Visit, visiting

QUESTIONS = ["What is a session?", "Tell me about limits."]
REUSED = re.compile(r"([\d,]+) of ([\d,]+) prompt tokens reused")
USED_CACHE = re.compile(r"used cache: (\d+ms|\d+\.\ds)")
OUTPUTS = ["Chat", "What was reused"]


@pytest.fixture(scope="module")
def url(apps: Apps, kv_demo: ModuleType) -> str:
    """The address of an app whose model is trained already."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in demos.SETTINGS.items():
            patch.setenv(name, value)
        return apps.url(demos.SCRIPT)


@pytest.fixture
def demo(visit: Visit, url: str) -> Visit:
    visit.open(url, "Forget all")
    return visit


@pytest.fixture
def conversation(demo: Visit) -> list[str | None]:
    """What each question used of the cache."""
    return [ask(demo, question) for question in QUESTIONS]


def ask(visit: Visit, question: str) -> str | None:
    box = visit.page.get_by_role("textbox")
    box.fill(question)
    return visit.run_by(lambda: box.press("Enter"), events=2)  # the chat's own after it


def answers(page: Page) -> list[str]:
    return page.locator("[data-testid=bot]").all_inner_texts()


def reused(visit: Visit) -> list[tuple[int, int]]:
    """How many tokens were reused, of how many, by the page; the newest first."""
    text = visit.shown_in("What was reused")[0]
    return [tuple(int(n.replace(",", "")) for n in m) for m in REUSED.findall(text)]


def test_of_the_second_question_only_the_end_is_read(
    demo: Visit, conversation: list[str | None]
) -> None:
    assert conversation == [None, "partial"]
    [(again, longer), (none, prompt)] = reused(demo)
    assert none == 0
    assert prompt <= again < longer
    assert longer - again < 100 < prompt


def test_badges_say_that_a_part_was_reused(
    demo: Visit, conversation: list[str | None]
) -> None:
    demo.wait_for_badges(len(OUTPUTS))
    badges = demo.badges()
    assert [badge.output for badge in badges] == OUTPUTS
    assert all(USED_CACHE.fullmatch(badge.text) for badge in badges)


def test_the_same_is_written_without_what_was_kept(
    demo: Visit, conversation: list[str | None]
) -> None:
    written = answers(demo.page)
    assert len(written) == len(QUESTIONS)
    assert all(len(answer) > 20 for answer in written)
    demo.run("Forget all")
    assert reused(demo) == []

    retry = demo.button("Retry")
    assert demo.run_by(retry.click, events=1) is None
    expect(demo.page.get_by_test_id("stop-button")).to_have_count(0)
    [(none, prompt)] = reused(demo)
    assert none == 0
    assert prompt > 100
    assert answers(demo.page) == written


def test_another_session_reuses_nothing_of_it(
    demo: Visit, conversation: list[str | None], browser: Browser, url: str
) -> None:
    with visiting(browser) as other:
        other.open(url, "Forget all")
        assert ask(other, QUESTIONS[0]) is None
        assert [n for n, _ in reused(other)] == [0]
        assert answers(other.page) == answers(demo.page)[:1]
