"""Every edit of the fork, and how each stands against releases of Gradio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from fork import cures, edit_file, frontend, imported, node, overlay, standing
from fork.cures import Cures
from fork.edit import Edit
from fork.errors import OverlayError
from fork.project import Project
from fork.release import Release
from fork.standing import NOT_FOR, Standing

SURVEY = frontend.EDITS / "survey.mjs"
NOT_IN_WHEEL = Standing("not in the wheel")


@dataclass
class Row:
    """One edit."""

    file: str
    scope: str
    anchor: str
    lines: int
    why: str
    standings: list[Standing] = field(default_factory=list)
    home: str = ""
    """Where the edit is written."""
    cures: Cures = field(default_factory=dict)

    def cure(self, standing: Standing, version: str) -> str | None:
        """Says what to do where it stands so against a release, None if nothing."""
        if cure := self.cures.get(standing.status):
            return cure.format(version=version, file=self.file, home=self.home)
        return None


def rows(project: Project, releases: list[Release]) -> list[Row]:
    """All edits, each with its standing against each of the releases."""
    found = [_of_release(project, release) for release in releases]
    for row, *others in zip(*found, strict=True):
        row.standings += [standing for other in others for standing in other.standings]
    return found[0]


def _of_release(project: Project, release: Release) -> list[Row]:
    return [
        _our_files(project, release),
        _names(project, release),
        *_seams(project, release),
        *_compiled(release),
        *_sources(project, release),
    ]


def _our_files(project: Project, release: Release) -> Row:
    names = overlay.roots(project.overlays)
    why = "Our own files, which must be new."
    row = Row("gradio/caching", "", "", 0, why, [], "upstream.toml", cures.OURS)
    try:
        overlay.check(names, release.tree)
        row.standings.append(Standing("clean"))
    except OverlayError as error:
        why = str(error).partition(": ")[2].partition(";")[0]
        row.standings.append(Standing("broken", note=why))
    return row


def _names(project: Project, release: Release) -> Row:
    own = project.root / "bases" / release.version / "gradio"
    chosen, mine = project.overlays[-1], [project.overlay, own]
    roots = overlay.roots(mine if own.is_dir() else [project.overlay, chosen])
    offered = imported.offers(roots)
    found = [
        each for each in imported.wanted(release.tree, {}) if each[1] not in offered
    ]
    missing = ", ".join(f"{file} imports {name}" for file, name in found)
    each = Standing("broken", note=missing) if missing else Standing("clean")
    why = "What Gradio's files import from our package must be there."
    return Row("gradio/caching", "", "", 0, why, [each], imported.RELEASE, cures.NAMES)


def _seams(project: Project, release: Release) -> Iterator[Row]:
    for file, group in groupby(edit_file.of_python(project.seams), lambda e: e.file):
        text = release.python(file)
        yield from _of_file(release, list(group), text, standing.MISSING)


def _sources(project: Project, release: Release) -> Iterator[Row]:
    for file, group in groupby(edit_file.of_sources(project.seams), lambda e: e.file):
        text = release.sources.get(file)
        yield from _of_file(release, list(group), text, NOT_IN_WHEEL)


def _of_file(
    release: Release, edits: list[Edit], text: str | None, missing: Standing
) -> Iterator[Row]:
    mine = [edit for edit in edits if edit.is_for(release.version)]
    missed = [missing] * len(mine)
    found = iter(missed if text is None else standing.of_edits(mine, text))
    for edit in edits:
        each = next(found) if edit in mine else NOT_FOR
        yield _row(edit, each)


def _row(edit: Edit, each: Standing) -> Row:
    scope = "" if edit.scope is None else edit.scope or "<module>"
    texts = edit.file, scope, _anchor(edit), edit.inserted_lines, edit.why
    return Row(*texts, [each], f"seams/{edit.file}.toml", cures.SEAM)


def _anchor(edit: Edit) -> str:
    first, _, more = edit.anchor.strip().partition("\n")
    return f"{edit.place} {first}{' …' if more else ''}"


def _compiled(release: Release) -> Iterator[Row]:
    node.install()
    found = json.loads(node.output(SURVEY, release.templates))
    for edit in found["edits"]:
        yield _chunk_edit(edit)
    for reference in found["references"]:
        yield _reference(reference)


def _chunk_edit(edit: dict[str, Any]) -> Row:
    places = edit["places"]
    lines = places[0]["lines"] if places else 0
    where = f"templates/{edit['tree']}"
    texts = where, "", edit["anchor"], lines, edit["why"]
    home = f"seams/frontend/{edit['name']}.mjs"
    return Row(*texts, [_of_chunk(places)], home, cures.CHUNK)


def _of_chunk(places: list[dict[str, int]]) -> Standing:
    if len(places) != 1:
        return Standing("broken", note=f"matches {len(places)} times")
    [place] = places
    if place["keys"] and place["upstream"] == place["keys"]:
        return Standing("already upstream")
    upstream = f"{place['upstream']} of {place['keys']} fields are upstream"
    return Standing("clean", place["line"], upstream if place["upstream"] else "")


def _reference(reference: dict[str, Any]) -> Row:
    found, expected = reference["found"], reference["expected"]
    known = expected if isinstance(expected, list) else [expected]
    times = " or ".join(map(str, known))
    note = f"{found} there, {times} expected"
    fits = Standing("clean") if found in known else Standing("broken", note=note)
    moved = "Browsers keep the base's files: ours have other addresses."
    why = reference.get("why", moved)
    anchor = f"{times} times {reference['marker']}"
    texts = f"templates/{reference['below']}", "", anchor, 0, why
    home = "share" if "why" in reference else "bust"
    return Row(*texts, [fits], f"seams/frontend/{home}.mjs", cures.ADDRESS)
