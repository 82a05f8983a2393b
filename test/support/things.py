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


class Scaler:
    def __init__(self, factor):
        self.factor = factor

    def scale(self, x):
        return self.factor * x

    def other(self, x):
        return self.factor * x

    @classmethod
    def unit(cls):
        return cls(1)

    @staticmethod
    def twice(x):
        return 2 * x
