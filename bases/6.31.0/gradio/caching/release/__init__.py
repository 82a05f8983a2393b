"""
What differs between the releases of Gradio that this package is built for: the same
functions for each, of which one set is laid into the package. This is Gradio 6.31.0.
"""

from __future__ import annotations

NAMES: dict[str, str] = {
    "CacheMissError": "gradio.caching.release.replaced",
    "ProbeCache": "gradio.caching.release.replaced",
    "TrackManualCacheUsage": "gradio.caching.release.replaced",
    "cache_hash": "gradio.caching.serving.replaced",
    "clear_session_caches": "gradio.caching.serving.replaced",
    "resolve_generator": "gradio.caching.release.examples",
    "used_manual_cache": "gradio.caching.release.replaced",
}
"""
What Gradio's own files and their tests import from its own cache, in whose place this
package is, and where each is.
"""
