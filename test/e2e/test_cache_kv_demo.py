"""demo/cache_kv_demo, as its visitors meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from support import kv_demo as demos
from support.serving import Apps
from support.visit import Badge, Visit, visiting

QUESTIONS = ["What is a session?", "Tell me about limits."]
REUSED = re.compile(r"([\d,]+) of ([\d,]+) prompt tokens reused")
USED_CACHE = re.compile(r"used cache: (\d+ms|\d+\.\ds)")
OUTPUTS = ["Chat", "What was reused"]


@dataclass(frozen=True)
class Conversation:
    """What each question used of the cache, and what the page showed then."""

    used: list[str | None]
    reused: list[tuple[int, int]]
    badges: list[Badge]
    answers: list[str]


@pytest.fixture(scope="module")
def url(apps: Apps, kv_demo: ModuleType) -> str:
    """The address of an app whose model is trained already."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in demos.SETTINGS.items():
            patch.setenv(name, value)
        return apps.url(demos.SCRIPT)


@pytest.fixture(scope="module")
def demo(browser: Browser, url: str) -> Iterator[Visit]:
    with visiting(browser) as visit:
        visit.open(url, "Forget all")
        yield visit


@pytest.fixture(scope="module")
def conversation(demo: Visit) -> Conversation:
    """Read by the tests, of which one lets the page forget it."""
    used = [ask(demo, question) for question in QUESTIONS]
    demo.wait_for_badges(len(OUTPUTS))
    return Conversation(used, reused(demo), demo.badges(), answers(demo.page))


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
    conversation: Conversation, kv_demo: ModuleType
) -> None:
    assert conversation.used == [None, "partial"]
    [(again, longer), (none, prompt)] = conversation.reused
    assert none == 0
    # The last token of a prompt may be another one with the answer behind it.
    assert prompt - 1 <= again < longer
    # How long an answer gets, and what of it is known, depends on what was learnt.
    answer_and_question = kv_demo.LONGEST + 50
    assert longer - again < answer_and_question < prompt


def test_badges_say_that_a_part_was_reused(conversation: Conversation) -> None:
    assert [badge.output for badge in conversation.badges] == OUTPUTS
    assert all(USED_CACHE.fullmatch(badge.text) for badge in conversation.badges)


def test_the_same_is_written_without_what_was_kept(
    demo: Visit, conversation: Conversation
) -> None:
    written = conversation.answers
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
    conversation: Conversation, browser: Browser, url: str
) -> None:
    with visiting(browser) as other:
        other.open(url, "Forget all")
        assert ask(other, QUESTIONS[0]) is None
        assert [n for n, _ in reused(other)] == [0]
        assert answers(other.page) == conversation.answers[:1]
