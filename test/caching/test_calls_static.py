"""Static methods, and functions beside a class."""

from dataclasses import dataclass

import pytest

import gradio as gr
from support.decorators import nameless, passing_on


@dataclass
class Settings:
    mode: str = "a"

    @staticmethod
    @gr.cache
    def static(settings):
        return settings.mode

    @gr.cache
    @staticmethod
    def static_outside(settings):
        return settings.mode

    @staticmethod
    @passing_on
    @gr.cache
    def static_wrapped(settings):
        return settings.mode

    def static_inherited(self):
        return None


class Inherited(Settings):
    @staticmethod
    @gr.cache
    @passing_on
    def static_inherited(settings):
        return settings.mode


@pytest.mark.parametrize(
    "name", ["static", "static_outside", "static_wrapped", "static_inherited"]
)
def test_a_static_method_s_arguments_count_by_content(name):
    settings = Inherited()
    fn = getattr(settings, name)
    assert fn(settings) == "a"
    settings.mode = "b"
    assert fn(settings) == "b"
    assert fn(Inherited("b")) == "b"


def test_a_function_beside_the_class_counts_its_argument_by_content():
    @gr.cache
    def mode(settings):
        return settings.mode

    @gr.cache
    @passing_on
    def static(settings):
        return settings.mode

    class Own(Settings):
        method = nameless(lambda self: static(self))

    settings = Own()
    assert (mode(settings), settings.method(), static(settings)) == ("a", "a", "a")
    settings.mode = "b"
    assert (mode(settings), settings.method(), static(settings)) == ("b", "b", "b")


def test_methods_of_objects_with_slots_count_them_by_content():
    class Slotted:
        __slots__ = ("mode",)

        @gr.cache
        @passing_on
        def method(self, x):
            return self.mode, x

    slotted = Slotted()
    slotted.mode = "a"
    assert slotted.method(1) == ("a", 1)
    slotted.mode = "b"
    assert slotted.method(1) == ("b", 1)
