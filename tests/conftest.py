"""Two ways to run the properties: the same examples every time, so that a verdict is about the code; or new ones, to find more.

And which tests hear real sound: those with the fixture `bench`. They run after the others, so that nothing computes beside them.
"""

from hypothesis import HealthCheck, settings

# A busy machine is no failure, hence no deadline.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1500, suppress_health_check=list(HealthCheck), print_blob=True)
settings.load_profile("same")


def pytest_collection_modifyitems(items):
    for item in items:
        if "bench" in item.fixturenames:
            item.add_marker("realtime")
