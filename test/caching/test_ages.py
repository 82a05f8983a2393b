"""What users say of ages."""

import math
import re
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradio as gr
from gradio.caching.ages import Ages, ages_of, seconds

DAY = 86_400
UNITS = {"d": DAY, "h": 3600, "m": 60, "s": 1}


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, 0),
        (90, 90),
        (0.5, 0.5),
        (np.int64(7), 7),
        (np.float32(1.5), 1.5),
        (Fraction(1, 2), 0.5),
        (timedelta(days=1, seconds=2), DAY + 2),
        ("90s", 90),
        ("15m", 900),
        ("12h", 43_200),
        ("7d", 7 * DAY),
        ("1h30m", 5400),
        ("1d2h3m4s", DAY + 7384),
        (" 1H 30M ", 5400),
        ("1.5h", 5400),
        ("0s", 0),
    ],
)
def test_ages_in_seconds(age, expected):
    got = seconds("ttl", age)
    assert got == expected
    assert type(got) is float


@given(st.dictionaries(st.sampled_from("dhms"), st.integers(0, 999), min_size=1))
def test_a_text_is_the_sum_of_its_parts(parts):
    text = "".join(f"{parts[unit]}{unit}" for unit in UNITS if unit in parts)
    assert seconds("ttl", text) == sum(n * UNITS[unit] for unit, n in parts.items())


@given(st.timedeltas(min_value=timedelta(0)))
def test_a_timedelta_is_its_seconds(age):
    assert seconds("ttl", age) == age.total_seconds()


UNREADABLE = [
    *(
        "",
        " ",
        "h",
        "90",
        "1x",
        "ten minutes",
        "1h-30m",
        "-1h",
        "30m1h",
        "1h1h",
        "1e3s",
    ),
    *("٣m", "1,5h", "1hour", "1h 30", "9" * 400 + "d"),
    *(-1, -0.001, math.nan, math.inf, 10**400, timedelta(seconds=-1)),
]


@pytest.mark.parametrize("age", UNREADABLE)
@pytest.mark.parametrize("name", ["ttl", "stale", "stale_if_error"])
def test_an_unreadable_or_negative_age_is_refused_at_decoration(name, age):
    with pytest.raises(ValueError, match=f'^{name} must be a number .*"1h30m"'):
        gr.cache(**{"ttl": 1, name: age})


@pytest.mark.parametrize("age", [True, np.True_, [1], {}, b"1h", 1j])
def test_other_types_are_refused(age):
    with pytest.raises(TypeError, match="^ttl must be a number of seconds"):
        gr.cache(ttl=age)


@pytest.mark.parametrize("name", ["stale", "stale_if_error"])
def test_what_comes_after_the_ttl_needs_one(name):
    with pytest.raises(ValueError, match=re.escape(f"{name} needs a ttl")):
        gr.cache(**{name: "1h"})


def test_without_a_ttl_nothing_grows_old():
    assert ages_of(None) is None
    assert ages_of(None, "0s", 0) is None


def test_all_three_are_kept_in_seconds():
    assert ages_of("1h", "1d", timedelta(7)) == Ages(3600.0, 86_400.0, 7 * 86_400.0)


@pytest.mark.parametrize("version", [True, [1], b"1", 1j])
def test_a_version_is_a_text_or_a_number(version):
    with pytest.raises(TypeError, match="version must be a text, a number or None"):
        gr.cache(version=version)


def test_results_of_another_version_are_not_used():
    runs = []

    def fn(x):
        runs.append(x)
        return x

    for version in ("1", 2, "2", None, "1", 2.5):
        gr.cache(fn, version=version)(0)
    assert len(runs) == 4
