"""
Hypothesis profiles: `pytest test/caching --hypothesis-profile nightly` looks at a
hundred times as many examples.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=100, deadline=None)
settings.register_profile(
    "nightly",
    max_examples=10_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
if settings.get_current_profile_name() == "default":
    settings.load_profile("quick")
