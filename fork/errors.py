"""The errors of a build; each message says what to do about it."""


class ForkError(Exception):
    """Any failure of the pipeline; the command line prints it without a traceback."""


class PinError(ForkError):
    """`upstream.toml` is not a usable pin."""


class BaseError(ForkError):
    """The base wheel is missing, or is not the pinned one."""


class SeamError(ForkError):
    """A seam is badly written, or no longer fits the base."""


class OverlayError(ForkError):
    """A file of ours takes the place of one that the base has."""


class FrontendError(ForkError):
    """The compiled frontend could not be built or edited."""


class SeriesError(ForkError):
    """The series of patches is badly written, or a patch needs one that comes later."""
