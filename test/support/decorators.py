"""Decorators as programs have them below `gr.cache`."""

import functools


def passing_on(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)

    return wrapper


def nameless(fn):
    def wrapper(*args):
        return fn(*args)

    return wrapper
