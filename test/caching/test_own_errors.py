"""What followers raise: as the leader's error in all, and yet each follower's own."""

import dataclasses
import json
import sys
import threading
import traceback
from asyncio import CancelledError

import numpy as np
import pydantic
import pytest

import gradio as gr
from gradio.caching.inflight.own_errors import own_error


class RenamedError(Exception):
    def __init__(self, name):
        super().__init__(f"{name} failed")
        self.name = name


class HoldingError(Exception):
    def __init__(self, parts):
        super().__init__(parts)
        self.parts = parts


class SlottedError(Exception):
    __slots__ = ("code",)

    def __init__(self, code):
        self.code = code


class ReducedError(Exception):
    def __reduce__(self):
        return ReducedError, self.args


def decoding():
    return b"\xff".decode()


def parsing():
    return json.loads("{")


def compiling():
    return compile("a b", "a file", "exec")


def looking_up():
    return np.missing  # noqa: B018


def raising(error):
    def fail():
        raise error

    return fail


def raised(fail):
    try:
        fail()
    except BaseException as error:
        return error


def outlook(error):
    """All of an error that its classes show."""
    names = ("errno", "filename", "reason", "object", "pos", "lineno", "name", "code")
    members = {name: getattr(error, name, None) for name in names}
    causes = [error.__cause__, error.__context__, *getattr(error, "exceptions", ())]
    inner = [None if cause is None else outlook(cause) for cause in causes]
    shown = type(error), repr(error.args), str(error), vars(error), members
    return *shown, error.__suppress_context__, inner, error.__traceback__


ERRORS = {
    "plain": raising(ValueError("no", 1)),
    "of a key": raising(KeyError("k")),
    "of the system": raising(FileNotFoundError(2, "No such file", "/a")),
    "of an import": raising(ImportError("no", name="module")),
    "of decoding": decoding,
    "of JSON": parsing,
    "of a syntax": compiling,
    "of an attribute": looking_up,
    "of Gradio": raising(gr.Error("no", duration=3)),
    "with a constructor": raising(RenamedError("a")),
    "with parts": raising(HoldingError([1, {"a": [2]}])),
    "with slots": raising(SlottedError(3)),
    "with a pickled form": raising(ReducedError("a", [1])),
    "with an end": raising(StopIteration(3)),
}
EACH_ERROR = pytest.mark.parametrize("fail", ERRORS.values(), ids=ERRORS)


@EACH_ERROR
def test_an_error_of_one_s_own_is_as_the_other(fail):
    error = raised(fail)
    own = own_error(error)
    assert own is not error
    assert outlook(own) == outlook(error)


@EACH_ERROR
def test_what_is_done_to_it_is_done_to_it_alone(fail):
    error = raised(fail)
    before = outlook(error)
    own = own_error(error)
    own.args = ("changed",)
    own.note, own.__cause__, own.__context__ = "changed", KeyError(), KeyError()
    raised(raising(own))
    assert outlook(error) == before
    assert len(traceback.extract_tb(own.__traceback__)) == 2 + len(
        traceback.extract_tb(error.__traceback__)
    )


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
def test_notes_are_each_one_s_own():
    error = ValueError("no")
    error.add_note("first")
    own = own_error(error)
    own.add_note("second")
    assert (error.__notes__, own.__notes__) == (["first"], ["first", "second"])


def test_what_is_plain_in_it_is_private_and_shared_as_it_was():
    error = HoldingError([1, {"a": [2]}])
    own = own_error(error)
    assert own.parts is own.args[0]
    own.parts[1]["a"].append("changed")
    assert error.parts == [1, {"a": [2]}]


@pytest.mark.parametrize(
    "part",
    [threading.Lock(), np.zeros(2**20), [object()] * 3, RenamedError, (i for i in ())],
)
def test_what_is_large_or_no_plain_value_is_shared(part):
    error = ValueError("no", part)
    error.part = part
    own = own_error(error)
    assert own is not error
    assert own.args[1] is own.part is part


def failing_from_another():
    try:
        decoding()
    except ValueError as error:
        raise RenamedError("a") from error


def failing_over_another():
    try:
        decoding()
    except ValueError:
        raise RenamedError("a")  # noqa: B904


@pytest.mark.parametrize("fail", [failing_from_another, failing_over_another])
def test_causes_come_along_with_their_tracebacks(fail):
    error = raised(fail)
    own = own_error(error)
    assert outlook(own) == outlook(error)
    assert own.__context__ is not error.__context__
    assert _printed(own) == _printed(error)


def test_causes_in_a_circle():
    error, cause = ValueError("no"), KeyError("k")
    error.__cause__, cause.__cause__ = cause, error
    own = own_error(error)
    assert own.__cause__ is not cause
    assert own.__cause__.__cause__ is own


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
def test_a_group_has_errors_of_its_own():
    errors = [raised(decoding), RenamedError("a")]
    group = raised(raising(ExceptionGroup("two", errors)))  # noqa: F821
    own = own_error(group)
    assert outlook(own) == outlook(group)
    own.exceptions[1].add_note("changed")
    assert not hasattr(group.exceptions[1], "__notes__")


@dataclasses.dataclass(frozen=True)
class FrozenError(Exception):
    code: int


class UnpicklableError(Exception):
    def __reduce__(self):
        raise TypeError


class AnotherError(Exception):
    def __reduce__(self):
        return ValueError, ()


def validating():
    pydantic.TypeAdapter(int).validate_python("a")


@pytest.mark.parametrize(
    "fail",
    [*map(raising, (FrozenError(1), UnpicklableError(), AnotherError())), validating],
)
def test_one_that_can_not_be_copied_is_itself(fail):
    error = raised(fail)
    assert own_error(error) is error
    assert own_error(error).__traceback__ is error.__traceback__


def test_a_cause_that_can_not_be_copied_is_shared():
    error, cause = ValueError("no"), raised(validating)
    error.__cause__ = cause
    own = own_error(error)
    assert own is not error
    assert own.__cause__ is cause


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, CancelledError])
def test_what_ends_a_program_is_itself(kind):
    error = kind()
    assert own_error(error) is error


def _printed(error):
    return "".join(traceback.format_exception(error))
