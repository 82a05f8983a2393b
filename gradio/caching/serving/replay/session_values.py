"""
What answered events leave in a session that has no state yet: kept until it gets one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.forks import new_lock
from gradio.caching.snapshot import snapshot

if TYPE_CHECKING:
    from gradio.state_holder import SessionState, StateHolder

Values = Mapping[int, Any]


class SessionValues:
    """
    The values of components, by session. To build a session's state costs more than all
    else in an answer, and most sessions that are answered never need one. Thread-safe,
    bounded: as with the states themselves, the session that was not heard of longest is
    forgotten.
    """

    def __init__(self) -> None:
        self._values: OrderedDict[str, dict[int, Any]] = OrderedDict()
        self._lock = new_lock()

    def add(self, holder: StateHolder, session: str, values: Values | None) -> None:
        """
        Leaves values of components, by their ids, to a session that has no state yet;
        they are never changed. None if there are none to be left.
        """
        if values is None:
            return
        state = holder.session_data.get(session)
        if state is not None:
            _write(state, values)
            return
        with self._lock:
            self._values.setdefault(session, {}).update(values)
            self._values.move_to_end(session)
            while len(self._values) > holder.capacity:
                self._values.popitem(last=False)

    def apply(self, holder: StateHolder, session: str) -> None:
        """
        Gives a session that has just got a state the values that were left for it.
        """
        with self._lock:
            values = self._values.pop(session, None)
        if values:
            _write(holder.session_data[session], values)

    def __contains__(self, session: str) -> bool:
        """Tells whether a session is to get a state when it is asked for."""
        return session in self._values


def _write(state: SessionState, values: Values) -> None:
    for component, value in values.items():
        if component in state.blocks_config.blocks:
            state._update_value_in_config(component, snapshot(value))
