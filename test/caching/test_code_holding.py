"""What code holds that is made anew at run time: two of it must not share a name."""

from __future__ import annotations

import dataclasses
import enum
import functools
import logging
import threading

import pydantic
import pytest

from gradio.caching.code.captured import captured_by
from gradio.caching.code.shelf_name import shelf_name


class Model:
    def __init__(self, weight):
        self.weight = weight


class Size(enum.Enum):
    SMALL = 1


def capturing(value):
    return lambda x: (x, value)


def in_class(**members):
    return type("Local", (), {"__qualname__": "in_class.<locals>.Local", **members})


def with_attribute(value):
    def helper(x):
        return helper.k

    helper.k = value
    return helper


def with_metaclass(value):
    class Meta(type):
        K = value

    class Local(metaclass=Meta):
        pass

    return Local


def with_enum(value):
    class Local(enum.Enum):
        A = value

    return Local


def with_exec(value):
    variables = {"__name__": "made", "V": value}
    exec("def helper(x): return V", variables)
    return variables["helper"]


def with_model(value):
    return pydantic.create_model("Made", a=(object, value), _b=(int, 1))


def with_dataclass(value):
    @dataclasses.dataclass
    class Local:
        a: list = dataclasses.field(default_factory=list, metadata={"k": value})

    return Local


HIDES = {
    "a class": lambda v: in_class(c=v),
    "a class's method": lambda v: in_class(get=lambda self: v),
    "a class's base": lambda v: type("B", (in_class(c=v),), {}),
    "a default": lambda v: lambda x, c=v: c,
    "a keyword's default": lambda v: lambda x, *, c=v: c,
    "a property": lambda v: in_class(p=property(lambda self, c=v: c)),
    "a cached property": lambda v: in_class(p=functools.cached_property(lambda s: v)),
    "a static method": lambda v: in_class(p=staticmethod(lambda c=v: c)),
    "a partial method": lambda v: in_class(p=functools.partialmethod(print, v)),
    "a remembering method": lambda v: in_class(p=functools.lru_cache(lambda s: v)),
    "a special member": lambda v: in_class(__limit__=v),
    "a function's attribute": with_attribute,
    "a metaclass": with_metaclass,
    "an enum": with_enum,
    "a member of an enum": lambda v: with_enum(v).A,
    "globals of its own": with_exec,
    "a model's field": with_model,
    "a dataclass's field": with_dataclass,
}


@pytest.mark.parametrize("where", HIDES)
def test_what_is_not_plain_is_found(where):
    held = captured_by(capturing(HIDES[where](Model(1))))
    assert "Model" in held.obstacle
    assert shelf_name(capturing(HIDES[where](Model(1)))).name is None


@pytest.mark.parametrize("where", HIDES)
def test_two_of_one_version_do_not_share_a_name(where):
    one, other = (capturing(HIDES[where](Model(n))) for n in (1, 2))
    first = shelf_name(one, version=where)
    assert first.name
    assert shelf_name(one, version=where) == first
    assert "several" in shelf_name(other, version=where).obstacle


@pytest.mark.parametrize("where", HIDES)
def test_what_is_plain_counts_by_its_value(where):
    names = [shelf_name(capturing(HIDES[where](n)), version=1) for n in (1, 1, 2)]
    assert names[0] == names[1] != names[2]
    assert names[0].name


class OfModule:
    log, lock, size = logging.getLogger(__name__), threading.Lock(), Size.SMALL
    shared = Model(1)


def of_module(x, log=logging.getLogger(__name__), lock=threading.Lock()):  # noqa: B008
    return x


of_module.lock = threading.Lock()


@pytest.mark.parametrize("value", [OfModule, of_module, [of_module, OfModule], Size])
def test_what_a_module_holds_is_there_once_and_no_obstacle(value):
    assert captured_by(capturing(value)) == ((), (), None)
    assert shelf_name(capturing(value)).name


def test_arguments_have_defaults_in_keys_and_not_in_names():
    def fn(x, model=Model(1)):  # noqa: B008
        return x

    for each in (fn, functools.partial(fn, 1), functools.wraps(fn)(lambda *a: fn(*a))):
        assert captured_by(each).obstacle is None
    assert "Model" in captured_by(fn, is_called_with_defaults=True).obstacle


def test_a_key_holds_its_defaults():
    def keyed(args, model=Model(1)):  # noqa: B008
        return args

    assert "Model" in shelf_name(of_module, keyed).obstacle


def test_what_a_function_counts_in_itself_does_not():
    def helper(x):
        helper.calls += 1
        return x

    helper.calls = 0
    before = shelf_name(capturing(helper), version="counting")
    helper(1)
    assert shelf_name(capturing(helper), version="counting") == before


def test_members_of_enums_count_by_their_class_too():
    class Local(enum.Enum):
        SMALL = 1

    one, other = capturing(Size.SMALL), capturing(Local.SMALL)
    assert shelf_name(one, version=1) != shelf_name(other, version=1)


def test_an_object_of_a_library_s_that_describes_fields_is_content():
    held = captured_by(capturing(pydantic.SecretStr("a")))
    assert "SecretStr" in held.obstacle
