"""How many examples a property gets: a share of what the profile gives, so that exploring multiplies all of them."""

from hypothesis import settings


def share(part: float) -> settings:
    """*part* of the profile's examples, for properties whose examples cost more (or less) than most."""
    return settings(max_examples=max(1, round(settings().max_examples * part)))
