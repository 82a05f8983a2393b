"""How long records on disk are kept."""

from __future__ import annotations

import math
import os

import pytest

from gradio.caching.stores.disk_sweeper import DAY, HOUR
from support.disk_files import files
from support.records import PLACE, found, put

KEY = PLACE.key.hex()


def test_a_life_ends_by_the_clock(store, clock):
    put(store, life=10)
    assert store.look(PLACE, []).life == 10
    clock.now += 4
    assert store.look(PLACE, []).life == pytest.approx(6)
    clock.now += 6.1
    assert found(store) is None
    assert f"{KEY}.m" not in files(store)


def test_what_was_made_later_than_now_has_no_life_left(store, clock):
    put(store, life=10)
    clock.now -= 1
    assert found(store) is None


def test_what_has_no_life_left_is_not_kept(store):
    assert not put(store, life=0)
    assert not put(store, life=-1)
    assert not put(store, life=math.nan)


def test_what_has_no_end_is_forgotten_when_it_is_not_used(store, clock):
    put(store)
    clock.now += 29 * DAY
    assert found(store)
    clock.now += 29 * DAY
    assert found(store)
    clock.now += 31 * DAY
    assert found(store) is None


def test_what_has_an_end_is_kept_until_then(store, clock):
    put(store, life=90 * DAY)
    clock.now += 80 * DAY
    assert found(store)


def test_a_hit_is_noted_once_an_hour(store, clock, monkeypatch):
    put(store)
    marked, real = [], os.utime
    monkeypatch.setattr(os, "utime", lambda *a: marked.append(a) or real(*a))
    assert found(store)
    clock.now += HOUR + 1
    assert found(store)
    assert found(store)
    assert len(marked) == 1
