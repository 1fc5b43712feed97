"""The unit's settings for what must work also when they are wrong."""

from bundle.errors import Refused
from device.paths import Paths
from device.settings import Settings, load_settings


def settings_of(paths: Paths) -> Settings:
    """Those of ``unit.toml``, or the built-in ones when it is missing or refused: the programs say what is wrong with it."""
    try:
        return load_settings(paths.unit_toml)
    except Refused:
        return Settings()
