"""A visit to an app in a browser: what it shows of the cache, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Response,
    Route,
    expect,
)

RECORDER = Path(__file__).with_name("recorder.js")
TIMEOUT = 60_000
expect.set_options(timeout=TIMEOUT)
# What the base says too: of any stream that it plays, of any page that embeds it, of
# a model in three dimensions where there is no GPU, and of an ImageEditor that only
# shows a result, whose status it then does not update.
EDITOR_WITHOUT_STATUS = "Cannot read properties of undefined (reading 'get_data')"
USUAL = (
    "BJS - [",
    EDITOR_WITHOUT_STATUS,
    "Container not found",
    "HLS error: hlsError {type: mediaError",
    "this.app.$destroy is not a function",
)


@dataclass(frozen=True)
class Badge:
    """A badge that is or was in the page."""

    output: str
    used: str
    text: str


class Visit:
    """One page of its own session. `problems` is what a visitor's console shows."""

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(TIMEOUT)
        context.route(_is_elsewhere, _answer_nothing)
        self.page = context.new_page()
        self.page.add_init_script(path=RECORDER)
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note_error)
        self.page.on("response", self._note_failure)

    def open(self, url: str, ready: str) -> None:
        """Loads a page, and waits for its own events, and that button's listener."""
        self.page.goto(url)
        # in SSR mode it is there long before its listener; where Svelte keeps that
        # depends on its version
        self.page.wait_for_function(
            """name => [...document.querySelectorAll("button")].some(
                (button) => button.textContent.trim() === name && (button.__click ||
                    Object.getOwnPropertySymbols(button).some((key) =>
                        key.description === "events" && button[key].click)))""",
            arg=ready,
        )
        self.page.wait_for_function("has_loaded()")

    def keep_badges(self) -> None:
        """Lets no badge's time be over, on pages that are opened from now on."""
        self.page.add_init_script(
            """const { setTimeout } = window;
            window.setTimeout = (done, ms, ...more) =>
                ms > 2000 ? 0 : setTimeout(done, ms, ...more);"""
        )

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def run(self, button: str, events: int = 1) -> str | None:
        """Clicks, and waits until the page shows the results of so many events."""
        return self.run_by(self.button(button).click, events)

    def run_by(self, start: Callable[[], Any], events: int = 1) -> str | None:
        """The same for what is not started by a button."""
        before = len(self.completed())
        start()
        self.page.wait_for_function("n => has_shown(n)", arg=before + events)
        return next(filter(None, self.completed()[before:]), None)

    def completed(self) -> list[str | None]:
        """The same for each event so far."""
        return self.page.evaluate("recorded.completed")

    def wait_for_badges(self, count: int = 1) -> None:
        """Waits until there have been so many since the page was loaded."""
        self.page.wait_for_function("n => recorded.badges.length >= n", arg=count)

    def wait_until_gone(self) -> None:
        self.page.wait_for_function("recorded.badges.every(({ gone }) => gone)")

    def lifetimes(self) -> list[float]:
        """How many milliseconds each badge was there, by the page's clock."""
        self.wait_until_gone()
        return self.page.evaluate("recorded.badges.map(({ at, gone }) => gone - at)")

    def wait_until_playing(self) -> None:
        """Waits for all audio that is to be heard, if there is any."""
        self.page.wait_for_function("is_playing()")

    def forget(self) -> None:
        """Starts the records anew, when all badges are gone."""
        self.wait_until_gone()
        self.page.evaluate(
            "recorded.badges = [], recorded.announced = [], recorded.completed = []"
        )

    def badges(self) -> list[Badge]:
        """All badges since the page was loaded, sorted by their outputs."""
        seen = self.page.evaluate(
            """recorded.badges.map(({ badge, output }) =>
                [output, badge.dataset.cache, badge.textContent])"""
        )
        found = [Badge(out, used, " ".join(text.split())) for out, used, text in seen]
        return sorted(found, key=lambda badge: badge.output)

    def shown_in(self, output: str) -> list[str]:
        """What the component with that label shows: text, values, pictures."""
        return self.page.evaluate("label => shown_in(label)", output)

    def announced(self) -> list[str]:
        return self.page.evaluate("recorded.announced")

    def _note_error(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location['url']})")

    def _note_failure(self, response: Response) -> None:
        self.requests.append(response.url)
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")


@contextmanager
def visiting(browser: Browser, **settings: Any) -> Iterator[Visit]:
    """A visit of a new session, in which nothing may go wrong."""
    with browser.new_context(**settings) as context:
        visit = Visit(context)
        yield visit
        new = [p for p in visit.problems if not p.startswith(USUAL)]
        assert not new, "the browser's console shows:\n" + "\n".join(new)
        others = visit.page.evaluate("recorded.others")
        assert not others, "there is a badge that is not ours:\n" + "\n".join(others)


def _is_elsewhere(url: str) -> bool:
    return url.startswith("https:")


def _answer_nothing(route: Route) -> None:
    """For fonts and scripts from other hosts: these tests need no network."""
    route.fulfill(status=200, body="")
