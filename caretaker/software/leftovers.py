"""Which packages of ours nobody needs any more. Pure."""

from collections.abc import Collection

from bundle.software import own_package
from device.packages import Debian

LIBRARIES = "bangtin-wheels-"


def leftovers(debian: Debian, kept: Collection[str]) -> tuple[str, ...]:
    """Installed versions of ours other than the *kept* ones, then libraries that none of these needs: in an order that dpkg takes."""
    packages = {own_package(version) for version in kept}
    needed = {name for package in packages for name in debian.needs.get(package, ())}
    ours = sorted(name for name in debian.needs if not name.startswith(LIBRARIES) and name not in packages)
    return (*ours, *sorted(name for name in debian.needs if name.startswith(LIBRARIES) and name not in needed))
