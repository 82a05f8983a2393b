"""A cached function in `gr.ChatInterface`: its hits show the badge on the chatbot."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from support.serving import Apps
from support.visit import Visit, visiting

APP = "test/e2e/apps/chat.py"
CHATS = {
    "Reply": ("Ask", "Send", "Replies", "0: {}"),
    "Tell": ("Begin", "Tell on", "Tales", "{0} {0} {0} {0}"),
}


def ask(visit: Visit, tab: str, message: str) -> None:
    """Sends a message in the chat of a tab, and waits until it is answered."""
    field, button, _, answer = CHATS[tab]
    visit.page.get_by_role("tab", name=tab).click()
    visit.page.get_by_placeholder(field).fill(message)
    # The function's event, and one that frees the textbox.
    visit.run_by(visit.button(button).click, events=2)
    visit.page.get_by_text(answer.format(message)).wait_for()


@pytest.mark.parametrize("tab", CHATS)
def test_a_repeated_message_shows_the_badge_on_the_chatbot(
    browser: Browser, apps: Apps, tab: str
) -> None:
    *_, output, _ = CHATS[tab]
    for visits in range(2):
        with visiting(browser) as visit:
            visit.open(apps.url(APP), "Send")
            ask(visit, tab, "hello")
            if visits == 0:
                assert visit.badges() == []
                continue
            visit.wait_for_badges()
            [badge] = visit.badges()
            assert (badge.output, badge.used) == (output, "full")
            assert "from cache" in badge.text
            visit.wait_until_gone()


def test_retry_shows_it_too(visit: Visit, apps: Apps) -> None:
    visit.open(apps.url(APP), "Send")
    ask(visit, "Reply", "once more")
    assert visit.badges() == []
    visit.page.get_by_label("Retry").click()
    visit.wait_for_badges()
    assert [badge.used for badge in visit.badges()] == ["full"]
