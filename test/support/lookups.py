"""Look-ups of events that nobody has sent, and steps of theirs that are held up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.preprocessed import ByteBudget
from gradio.caching.wrapping import engine_of
from support.queued import event_of


class App:
    """Blocks with one listener, and events of it that nobody has sent."""

    def __init__(self, fn: Callable[..., Any], *inputs: Any) -> None:
        with gr.Blocks() as self.demo:
            self.inputs = inputs or (gr.Textbox(),)
            for component in self.inputs:
                component.unrender()
                component.render()
            out = gr.Textbox()
            gr.Button().click(fn, list(self.inputs), out)
        self.fn = self.demo.fns[0]
        self.queue: Any = SimpleNamespace(blocks=self.demo)

    def lookups(self, budget: ByteBudget | None = None) -> Lookups:
        return Lookups(self.queue, budget=budget)

    def asked(self, *data: Any, session: str = "s") -> tuple[Any, Any]:
        """What a look-up is asked for: an event, and the engine of its function."""
        return event_of(self.fn, *data, session=session), engine_of(self.fn.fn)

    def find(self, *data: Any, budget: ByteBudget | None = None) -> Any:
        """The result of one look-up."""

        async def main() -> Any:
            return await self.lookups(budget).find(*self.asked(*data))

        return asyncio.run(main())

    def finding(self, lookups: Lookups, *payloads: Any) -> list[asyncio.Future[Any]]:
        """Look-ups under way, one for each payload of one input."""
        asked = map(self.asked, payloads)
        return [asyncio.ensure_future(lookups.find(*each)) for each in asked]


class Waiting:
    """A step of a look-up that is held up, and tells in which thread it came."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.may_go = threading.Event()
        self._reached = threading.Semaphore(0)

    def wait(self) -> None:
        self.threads.append(threading.get_ident())
        self._reached.release()
        assert self.may_go.wait(30)

    async def until_reached(self) -> None:
        assert await asyncio.to_thread(self._reached.acquire, timeout=30)


async def until_done(number: int, futures: Collection[asyncio.Future[Any]]) -> None:
    """Waits until so many of some futures are done."""
    while sum(f.done() for f in futures) < number:
        pending = [f for f in futures if not f.done()]
        await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)


def file(path: Any) -> dict[str, Any]:
    """A file as a page names it."""
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}
