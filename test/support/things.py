"""Instances, methods and closures that are told apart, or not."""


class Thing:
    def method(self):
        return self

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static():
        return 1

    def __call__(self):
        return self


class Slotted:
    __slots__ = ()

    def method(self):
        return self


def capturing(value):
    return lambda: value
