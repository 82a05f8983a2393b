"""Which releases something is for: those from `since` on, and before `until`."""

import re

KEYS = ("since", "until")


def hold(since: str, until: str, version: str) -> bool:
    """Tells whether a release is within the bounds, of which either may be empty."""
    first, end, number = map(_number, (since, until, version))
    return first <= number and (not end or number < end)


def is_version(text: str) -> bool:
    """Tells whether a text can be a bound."""
    return bool(re.fullmatch(r"\d+(\.\d+)*", text))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
