"""The source distribution and npm's package, as the sources of the pinned release."""

import io
import tarfile

import pytest

from fork import base, node, pin, release, sources
from fork.errors import BaseError, SeamError
from fork.project import HERE
from support.bases import edited_sources, with_frontend

PINNED = with_frontend()
NAMES = edited_sources(PINNED)


@pytest.fixture
def sdist(tmp_path, monkeypatch, pinned):
    path = tmp_path / pinned.sdist
    with tarfile.open(path, "w:gz") as archive:
        for name in ["requirements.txt", "client/js/src/a.ts", "js/other/b.ts"]:
            content = name.encode()
            member = tarfile.TarInfo(f"gradio-1.0/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    monkeypatch.setenv(sources.SDIST_VARIABLE, str(path))
    return path


def test_an_sdist_that_is_not_the_pinned_one_is_an_error(sdist, pinned, tmp_path):
    with pytest.raises(BaseError, match=r"is not the pinned gradio-1\.0\.tar\.gz"):
        sources.unpacked(tmp_path / "store", pinned)


def test_what_is_of_use_is_unpacked_once(sdist, pinned, tmp_path, monkeypatch):
    monkeypatch.setattr("fork.download._proven", lambda path, _: path)
    tree = sources.unpacked(tmp_path, pinned)
    files = {p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.is_file()}
    assert files == {"requirements.txt", "client/js/src/a.ts"}
    sdist.unlink()
    assert sources.unpacked(tmp_path, pinned) == tree


def test_all_that_we_edit_is_there(tmp_path):
    sources.lay(HERE, PINNED, NAMES, tmp_path)
    assert all((tmp_path / name).stat().st_size for name in NAMES)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SeamError, match="no/such.ts: Gradio's sources have no such"):
        sources.lay(HERE, PINNED, ["no/such.ts"], tmp_path)


def test_the_base_was_compiled_from_these_sources(tmp_path):
    """Its source maps hold them; npm's packages and the sdist have to agree."""
    tree = base.unpacked(HERE.base, PINNED)
    mapped = {n: text for n, text in release.from_maps(tree) if n in NAMES}
    assert len(mapped) == 5
    sources.lay(HERE, PINNED, mapped, tmp_path)
    for name, text in mapped.items():
        assert (tmp_path / name).read_text() == text


def test_the_sdist_has_the_client_that_npm_has():
    tree = sources.unpacked(HERE.base, PINNED)
    npm = node.ROOT / "node_modules/@gradio/client/src"
    for name in ["types.ts", "helpers/api_info.ts", "utils/submit.ts"]:
        assert (tree / "client/js/src" / name).read_text() == (npm / name).read_text()


def test_what_we_edit_of_the_chosen_base_is_there(tmp_path):
    chosen = pin.read(HERE.pin)
    sources.lay(HERE, chosen, edited_sources(chosen), tmp_path)
    assert "requirements.txt" in edited_sources(chosen)
