"""Made-up wheels that pip accepts, and the pins for them."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path

from fork.pin import Pin

BASE_FILES = {
    "gradio/__init__.py": "from gradio.blocks import Blocks\n\n__all__ = ['Blocks']\n",
    "gradio/blocks.py": "class Blocks:\n    def launch(self):\n        return 1\n",
    "gradio/blocks.pyi": "class Blocks: ...\n",
    "gradio/components/button.py": "class Button: ...\n",
    "gradio/templates/frontend/app.js": "start();\n",
    "gradio/templates/frontend/app.js.map": "{}\n",
    "gradio/templates/frontend/app.css": "a {}\n",
}


def write_all(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def make_wheel(folder: Path, version: str, files: dict[str, str]) -> Path:
    """A wheel that pip accepts."""
    info = f"gradio-{version}.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: gradio\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents = {
        **files,
        f"{info}/licenses/LICENSE": "Use it.\n",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": tags,
    }
    record = "".join(f"{n},{_hash(t)},{len(t)}\n" for n, t in contents.items())
    path = folder / f"gradio-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return path


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def upstream(pins: list[Pin]) -> str:
    """The text of an upstream.toml, whose default is the first."""
    rows = [f'distribution = "{pins[0].distribution}"\ndefault = "{pins[0].version}"']
    for pin in pins:
        values = {**vars(pin), "drop": list(pin.drop)}
        del values["distribution"]
        # what JSON writes of texts and their lists is TOML, too
        rows += ["[[base]]", *(f"{k} = {json.dumps(v)}" for k, v in values.items())]
    return "\n".join(rows) + "\n"


def pin_to(wheel: Path) -> Pin:
    version = wheel.name.split("-")[1]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    sdist = f"gradio-{version}.tar.gz"
    return Pin("gradio", version, wheel.name, digest, sdist, "0" * 64)
