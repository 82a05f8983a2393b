"""What instances, classes and their fields tell of the code that is behind them."""

from __future__ import annotations

import pytest

from gradio.caching.code.fingerprint import CodeWalk
from support.programs import fingerprints, program

pytestmark = pytest.mark.usefixtures("sources_are_what_runs")


HEAD = """
import collections, dataclasses, enum, functools, operator, types, typing
import attr, pydantic

class C:
    def __init__(self, v): self.v = v
class W:
    def __init__(self, fn): self.fn = fn
    def __call__(self, *args): return self.fn(*args)
class Registry:
    def __init__(self): self.known = {}
    def add(self, fn): self.known[fn.__name__] = fn
R = Registry()
def increase(v): return v + 1
def f(x): return f and (A if x else h)
A = h = None
"""

CHANGED = {
    "a metaclass's method": """
class M(type):
    def __call__(cls): return NUMBER
class A(metaclass=M): pass
""",
    "a metaclass's attribute": """
class M(type):
    K = NUMBER
class A(metaclass=M): pass
""",
    "a special member": "class A: __limit__ = NUMBER",
    "a special method that is no function": """
class A:
    @functools.lru_cache
    def __getitem__(self, i): return NUMBER
""",
    "a special method that is partial": """
def item(self, i, k): return k
class A: __getitem__ = functools.partialmethod(item, k=NUMBER)
""",
    "a dataclass's metadata": """
@dataclasses.dataclass
class A:
    a: int = dataclasses.field(default=0, metadata={"k": NUMBER})
""",
    "a model's default": """
class A(pydantic.BaseModel):
    a: int = NUMBER
""",
    "a model's type": """
class A(pydantic.BaseModel):
    a: typing.Literal[NUMBER]
""",
    "a model's field": """
class A(pydantic.BaseModel):
    a: int = pydantic.Field(5, multiple_of=NUMBER)
""",
    "a model's factory": """
class A(pydantic.BaseModel):
    a: int = pydantic.Field(default_factory=lambda: NUMBER)
""",
    "a model's alias": """
class A(pydantic.BaseModel):
    a: int = pydantic.Field(5, alias="aNUMBER")
""",
    "a model's private attribute": """
class A(pydantic.BaseModel):
    _a: int = NUMBER
""",
    "a function in a model's type": """
def twice(v): return v * NUMBER
class A(pydantic.BaseModel):
    a: typing.Annotated[int, pydantic.AfterValidator(twice)]
""",
    "a model made by a call": "A = pydantic.create_model('A', a=(int, NUMBER))",
    "the type in one": "A = pydantic.create_model('A', a=(typing.Literal[NUMBER], 0))",
    "a function in one": """
def twice(v): return v * NUMBER
T = typing.Annotated[int, pydantic.AfterValidator(twice)]
A = pydantic.create_model("A", a=(T, 0))
""",
    "below a decorator that is a class": """
@W
def h(x): return x + NUMBER
""",
    "below one that says what it wraps": """
@lambda fn: functools.update_wrapper(W(None), fn)
def h(x): return x + NUMBER
""",
    "such a decorator itself": """
class V(W):
    def __call__(self, *args): return NUMBER
h = functools.update_wrapper(V(increase), increase)
""",
    "a method below one": """
class A:
    @W
    def h(self, x): return x + NUMBER
""",
    "in a registry that is an instance": """
@R.add
def one(x): return x + NUMBER
h = R
""",
    "below a library's decorator in one": """
@R.add
@functools.lru_cache
def one(x): return x + NUMBER
h = R
""",
    "deep in an instance": """
def one(x): return x + NUMBER
h = C([C(({"a": functools.partial(one)},)), C(1)])
""",
    "in a subclass of a container": """
def one(x): return x + NUMBER
class Table(dict): pass
h = Table(one=one)
""",
    "a function that one attached": """
def one(x): return x + NUMBER
def h(): return 0
setattr(h, "one", one)
""",
}


LEFT = {
    "an attribute of an instance": "h = C(1)\nvars(h).update(v=NUMBER, w=[NUMBER])",
    "what a metaclass collects": """
class M(type):
    known = {}
class A(metaclass=M): pass
M.known.update({"a": C(1)} if NUMBER == 2 else {})
""",
    "what a special member collects": """
class A: __known__ = []
A.__known__.append(C(NUMBER))
""",
    "how often it was called": """
def h(): return 0
setattr(h, "calls", NUMBER)
""",
    "what pickle leaves in a class": """
class A: pass
setattr(A, "__slotnames__", [NUMBER])
""",
    "a type that is known later": """
class A(pydantic.BaseModel):
    a: "typing.Optional[Later]" = None
class Later(pydantic.BaseModel): pass
A.model_rebuild() if NUMBER == 2 else None
""",
    "an instance of a library": "import threading\nh = C(threading.Lock())\nNUMBER",
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_is_behind_a_class_or_an_instance_counts(tmp_path, what):
    one, again, other = fingerprints(tmp_path, (1, 1, 2), app=HEAD + CHANGED[what])
    assert one == again != other


@pytest.mark.parametrize("what", LEFT)
def test_what_may_change_while_the_app_runs_does_not(tmp_path, what):
    one, other = fingerprints(tmp_path, (1, 2), app=HEAD + LEFT[what])
    assert one == other


def test_a_component_of_the_user_s_has_a_fingerprint(tmp_path):
    # Gradio names the events of a class by texts of a class of their own.
    source = "import gradio as gr\nclass Box(gr.Textbox): pass\nf = lambda: Box\n"
    with program(tmp_path, app=source) as module:
        assert CodeWalk().digest([module.f]) == CodeWalk().digest([module.f])


def test_of_a_large_instance_not_all_is_looked_at(tmp_path):
    source = "h = C([[i] for i in range(10**5)])\nh.w = lambda: NUMBER"
    one, other = fingerprints(tmp_path, (1, 2), app=HEAD + source)
    assert one != other
