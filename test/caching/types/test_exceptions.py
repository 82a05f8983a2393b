"""Exceptions: what they came from counts and is copied, their tracebacks don't."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import pytest
from caching.types.contract import Copied, Stored

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.packed import repacked


class CodedError(Exception):
    """Keeps something else than what its constructor takes."""

    def __init__(self, code: int, *, details: Any) -> None:
        super().__init__(f"code {code}")
        self.code = code
        self.details = details


class PickledError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code

    def __reduce__(self) -> Any:
        return PickledError, (self.code,)


def raised(make: Any, cause: Any = None) -> BaseException:
    try:
        try:
            raise LookupError("inside")
        except LookupError:
            if cause is None:
                raise make() from None
            raise make() from cause
    except BaseException as error:
        return error


def missing_file() -> Any:
    return FileNotFoundError(2, "No such file", "a.txt")


def noted() -> BaseException:
    error = ValueError("a", [1])
    error.__notes__ = ["seen before"]  # type: ignore[attr-defined]
    return error


MAKES = {
    "plain": lambda: ValueError("a", [1]),
    "coded": lambda: CodedError(7, details=[1]),
    "pickled its own way": lambda: PickledError(7),
    "file": missing_file,
    "stop": lambda: StopIteration(3),
    "exit": lambda: SystemExit(3),
    "import": lambda: ImportError("a", name="b", path="c"),
    "decoding": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "wrong"),
    "syntax": lambda: SyntaxError("wrong", ("a.py", 1, 2, "text")),
    "notes": noted,
    "gradio": lambda: gr.Error("wrong", duration=3),
}


class TestContract(Copied, Stored):
    MUTABLE = [ValueError("a", [1])]


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_a_copy_says_the_same(make):
    error = raised(make, cause=OSError(5, "disk"))
    for copy in (snapshot([error])[0], snapshot(snapshot(error))):
        assert type(copy) is type(error)
        assert (str(copy), copy.args) == (str(error), error.args)
        assert copy.__dict__ == error.__dict__
        assert copy.__traceback__ is None
        assert str(copy.__cause__) == "[Errno 5] disk"
        assert repr(copy.__context__) == "LookupError('inside')"
        assert copy.__suppress_context__
        said = traceback.format_exception_only(error)
        assert traceback.format_exception_only(copy) == said
        for name in ("errno", "filename", "value", "code", "name", "reason", "lineno"):
            assert getattr(copy, name, None) == getattr(error, name, None)


def test_a_copy_shares_nothing_that_can_change():
    error: Any = raised(lambda: CodedError(7, details=[1]))
    copy = snapshot(error)
    copy.details.append(2)
    copy.__context__.args = ("changed",)
    assert error.details == [1]
    assert error.__context__.args == ("inside",)
    assert copy.__cause__ is None
    assert copy.__suppress_context__


def test_errors_that_lead_to_each_other():
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    copy = snapshot(first)
    assert copy.__context__.__context__ is copy


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there are no groups")
def test_groups():
    kind: Any = ExceptionGroup  # noqa: F821
    inner = raised(lambda: CodedError(7, details=[1]), cause=KeyError("k"))
    group = raised(lambda: kind("several", [inner, kind("more", [ValueError(1)])]))
    copy: Any = snapshot(group)
    assert repr(copy) == repr(group)
    assert copy.exceptions[0] is not inner
    assert repr(copy.exceptions[0].__cause__) == "KeyError('k')"
    assert repr(copy.__context__) == "LookupError('inside')"


def test_a_returned_error_is_whole_on_a_hit():
    @gr.cache
    def attempt(name: str) -> BaseException:
        return raised(lambda: CodedError(7, details=name), cause=KeyError(name))

    for _ in range(3):
        found: Any = attempt("x")
        assert (found.code, found.details) == (7, "x")
        assert repr(found.__cause__) == "KeyError('x')"


def test_what_an_error_came_from_counts():
    def error(cause: Any = None, context: Any = None) -> BaseException:
        made = ValueError("a")
        made.__cause__, made.__context__ = cause, context
        made.__suppress_context__ = cause is not None
        return made

    keys = {
        digest(error()),
        digest(error(KeyError("a"))),
        digest(error(KeyError("b"))),
        digest(error(None, KeyError("a"))),
    }
    assert len(keys) == 4
    assert digest(error(KeyError("a"))) == digest(error(KeyError("a")))


MEMBERS = {
    "errno": (OSError(2, "x"), 1),
    "filename": (OSError(2, "x"), "a.txt"),
    "characters_written": (BlockingIOError(11, "x", 5), 6),
    "value": (StopIteration(1), 2),
    "code": (SystemExit(1), None),
    "name": (AttributeError("x"), "a"),
    "obj": (AttributeError("x"), [1]),
    "path": (ImportError("x", path="a"), "b"),
    "lineno": (SyntaxError("x"), 1),
    "start": (UnicodeDecodeError("utf-8", b"abc", 0, 1, "wrong"), 1),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_what_an_error_holds_beside_its_arguments_counts_and_is_kept(name):
    error, item = MEMBERS[name]
    before = digest(error)
    setattr(error, name, item)
    assert digest(error) != before
    for copy in (snapshot(error), repacked(error)):
        assert getattr(copy, name) == item
        assert digest(copy) == digest(error)


def test_looking_at_an_error_changes_no_key():
    error = ValueError("a")
    before = digest(error)
    assert vars(error) == {}
    assert digest(error) == before == digest(ValueError("a"))
