"""
Sends no more than a client reads: what has not been read is bounded for each session.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.blocks import Blocks
    from gradio.queueing import Queue

# Messages. A session that has left so many unread is sent a stream no faster than it
# reads; with twice as many, its requests enter the queue as without a cache.
UNREAD = 128
# Seconds that a client may read nothing before it is sent the end alone.
PATIENCE = 30.0
_FIRST_LOOK, _LONGEST_LOOK = 0.005, 0.25

_Waiting = deque["asyncio.Future[bool]"]


class Pace:
    """
    Waits for the clients of one app. For one event loop. Gradio's queues of messages
    don't tell when something was taken out, so one timer looks at all that matter.
    """

    def __init__(
        self,
        pending: Mapping[str, asyncio.Queue],
        unread: int = UNREAD,
        patience: float = PATIENCE,
    ) -> None:
        self.pending = pending
        self._unread = unread
        self.patience = patience
        self._waiting: dict[str, _Waiting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._interval = _FIRST_LOOK

    def unread(self, session: str) -> int:
        """Returns how many messages a session has not read."""
        messages = self.pending.get(session)
        return 0 if messages is None else messages.qsize()

    async def room(self, session: str) -> bool:
        """Waits until there is room for a message; False if the client won't read."""
        is_next = session not in self._waiting
        while session in self.pending:
            if is_next and self.unread(session) < self._unread:
                return True
            if not await self._turn(session):
                return False
            is_next = True
        return False

    async def _turn(self, session: str) -> bool:
        loop = asyncio.get_running_loop()
        turn, line = loop.create_future(), self._waiting.setdefault(session, deque())
        line.append(turn)
        self._look_soon()
        timer = loop.call_later(self.patience, _settle, turn, False)
        try:
            return await turn
        finally:
            timer.cancel()
            if turn in line:
                line.remove(turn)

    def _look_soon(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._interval, self._look)

    def _look(self) -> None:
        self._timer = None
        found = sum([self._admit(session) for session in list(self._waiting)])
        is_idle = found == 0
        self._interval = min(2 * self._interval, _LONGEST_LOOK) if is_idle else 0.0
        self._interval = max(self._interval, _FIRST_LOOK)
        if self._waiting:
            self._look_soon()

    def _admit(self, session: str) -> int:
        line = self._waiting[session]
        is_gone = session not in self.pending
        room = len(line) if is_gone else self._unread - self.unread(session)
        turns = [line.popleft() for _ in range(min(max(room, 0), len(line)))]
        for turn in turns:
            _settle(turn, True)
        if not line:
            del self._waiting[session]
        return len(turns)


def _settle(turn: asyncio.Future[bool], comes: bool) -> None:
    if not turn.done():
        turn.set_result(comes)


_paces: weakref.WeakKeyDictionary[Blocks, tuple[Pace, asyncio.AbstractEventLoop]] = (
    weakref.WeakKeyDictionary()
)


def pace_of(queue: Queue) -> Pace:
    """Returns the pace of a queue's app, always the same."""
    pending = queue.pending_messages_per_session
    loop = asyncio.get_running_loop()
    pace, of_loop = _paces.get(queue.blocks, (None, None))
    # An app may be launched again, in another loop and with another queue.
    if pace is None or of_loop is not loop or pace.pending is not pending:
        pace = Pace(pending, UNREAD, PATIENCE)
        _paces[queue.blocks] = pace, loop
    return pace
