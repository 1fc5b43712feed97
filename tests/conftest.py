"""Two ways to run the properties: the same examples every time, so that a verdict is about the code; or new ones, to find more.

And which tests hear real sound: those with the fixture `bench`. They run after the others, so that nothing computes beside them.
"""

import contextlib
import tempfile

from hypothesis import HealthCheck, settings

# lgpio makes a pipe of one fixed name in the folder in which it is first imported, and opens it there: of two workers that import it at
# the same moment in one folder, one finds that the other has taken the pipe away.
with tempfile.TemporaryDirectory() as own, contextlib.chdir(own):
    import lgpio  # noqa: F401

# A busy machine is no failure, hence no deadline.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1500, suppress_health_check=list(HealthCheck), print_blob=True)
settings.load_profile("same")


def pytest_collection_modifyitems(items):
    for item in items:
        if "bench" in item.fixturenames:
            item.add_marker("realtime")
