"""What Gradio's components read besides the payload when they preprocess it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from gradio import components
from gradio._simple_templates import SimpleDropdown, SimpleImage, SimpleTextbox
from gradio.components.api_component import Api
from gradio.components.base import Component, FormComponent
from gradio.components.fallback import Fallback
from gradio.components.native_plot import NativePlot

_NUMBER = ("minimum", "maximum", "precision")
_PICTURE = ("format", "image_mode", "type")
_FILE = ("type", "file_count", "file_types")
_CHOICE = ("choices", "type")
_VIDEO = (
    *("format", "sources", "include_audio"),
    *("webcam_options.mirror", "watermark.watermark"),
)

# Not here is what reads more than its attributes: a clock (DateTime), a folder
# (FileExplorer), samples that may be files (Dataset), uploads that are gone after the
# first look (ImageEditor), the session (State). So is any component that comes with
# another Gradio, until somebody has looked at it.
READ_BY_PREPROCESS: dict[type, tuple[str, ...]] = {
    Component: (),
    FormComponent: (),
    Api: (),
    Fallback: (),
    NativePlot: (),
    SimpleDropdown: (),
    SimpleImage: (),
    SimpleTextbox: (),
    components.AnnotatedImage: (),
    components.Audio: ("format", "type"),
    components.BrowserState: ("default_value",),
    components.Button: (),
    components.Chatbot: (),
    components.Checkbox: (),
    components.CheckboxGroup: _CHOICE,
    components.ClearButton: (),
    components.Code: (),
    components.ColorPicker: (),
    components.Dataframe: ("type",),
    components.Dialogue: ("type", "formatter", "separator"),
    components.DownloadButton: (),
    components.Dropdown: (*_CHOICE, "allow_custom_value"),
    components.File: _FILE,
    components.Gallery: ("file_types", "type"),
    components.HTML: (),
    components.HighlightedText: (),
    components.Image: _PICTURE,
    components.ImageSlider: _PICTURE,
    components.JSON: (),
    components.Label: (),
    components.Markdown: (),
    components.Model3D: (),
    components.MultimodalTextbox: ("file_types",),
    components.Navbar: (),
    components.Number: _NUMBER,
    components.ParamViewer: (),
    components.Plot: (),
    components.Radio: _CHOICE,
    components.Slider: _NUMBER,
    components.Textbox: (),
    components.Timer: (),
    components.UploadButton: _FILE,
    components.Video: _VIDEO,
}
"""By the class whose `preprocess` it is: the attributes that it reads."""

_GETTERS: dict[type, Callable[[Any], Any]] = {
    cls: operator.attrgetter(*names)
    for cls, names in READ_BY_PREPROCESS.items()
    if names
}


def read_by_preprocess(block: Any) -> Any:
    """
    Reads what preprocessing depends on besides the payload, None if on nothing. Raises
    LookupError if that can't be told.
    """
    owner = _owner_of_preprocess(block)
    if owner not in READ_BY_PREPROCESS:
        raise LookupError(f"what {type(block)} reads is not known")
    getter = _GETTERS.get(owner)
    return None if getter is None else getter(block)


def is_gradio_s_own(block: Any, step: str) -> bool:
    """Tells whether a step of a component is Gradio's own, not some other class's."""
    return step not in vars(block) and _is_gradio_s(getattr(type(block), step, None))


def _is_gradio_s(defined: Any) -> bool:
    module = getattr(defined, "__module__", None) or ""
    return module.startswith("gradio.")


def _owner_of_preprocess(block: Any) -> type | None:
    # A class from elsewhere may look at anything, also where it leaves the step as it
    # is: it may define what the step calls.
    cls = type(block)
    if not _is_gradio_s(cls) or "preprocess" in vars(block):
        return None
    return _owner(cls, getattr(cls, "preprocess", None))


# By the function, too: somebody may put another in its place.
@functools.lru_cache(maxsize=1024)
def _owner(cls: type, preprocess: Any) -> type | None:
    if not _is_gradio_s(preprocess):
        return None
    return next((base for base in cls.__mro__ if "preprocess" in vars(base)), None)
