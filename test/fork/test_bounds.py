import pytest

from fork import bounds


@pytest.mark.parametrize(
    ("since", "until", "version", "within"),
    [
        ("", "", "6.11.0", True),
        ("6.12.0", "", "6.9.0", False),
        ("6.12.0", "", "6.12.0", True),
        ("", "6.12.0", "6.12.0", False),
        ("", "6.12.0", "6.9.1", True),
        ("6.12", "7", "6.31.0", True),
    ],
)
def test_since_is_within_and_until_is_not(since, until, version, within):
    assert bounds.hold(since, until, version) is within


@pytest.mark.parametrize(
    ("text", "good"), [("6.12.0", True), ("7", True), ("six", False), ("6.", False)]
)
def test_a_bound_is_a_version(text, good):
    assert bounds.is_version(text) is good
