"""What to do about an edit that does not fit a release, by how it stands."""

from collections.abc import Mapping

Cures = Mapping[str, str]
"""By status; in braces the release, the edited file, and the home of the edit."""

UPSTREAM = (
    'if it has all of this for the same reason, give the edit `until = "{version}"` in '
    "{home}"
)
OURS: Cures = {
    "broken": "name that file in `drop` of this base in {home}, and in NAMES of "
    "bases/{version}/gradio/caching/release what Gradio's files import from it",
}
NAMES: Cures = {
    "broken": "look what Gradio's files do with it, make the same of ours, and name it "
    "in NAMES of bases/{version}/{home}; or take the import away in seams",
}
SEAM: Cures = {
    "moved": "write in {home} what is named here; if one form does not fit all bases, "
    'give the edit `until = "{version}"` and write another beside it with `since`',
    "broken": "look in {file} of that release for what the edit is for, and choose an "
    "anchor that all bases have; if there is none, give the edit "
    '`until = "{version}"` and write another beside it in {home} with `since`',
    "already upstream": UPSTREAM,
}
CHUNK: Cures = {
    "broken": "read the chunk that has what the edit is for, and mend `find` in {home} "
    "so that it matches there once, and in the other bases",
    "already upstream": "leave it out for this release in {home}",
}
ADDRESS: Cures = {
    "broken": "look whether those are all addresses of files that move, and write how "
    "many there are into `expected` in {home}",
}
