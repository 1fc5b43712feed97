"""A small Debian for tests: dpkg's own list of what is installed, and the file that says which Debian it is."""

from collections.abc import Mapping

from device.paths import Paths


def debian_at(paths: Paths, installed: Mapping[str, str], architecture: str = "amd64", suite: str = "bookworm") -> None:
    """Make *paths* a Debian with these packages."""
    paths.os_release.parent.mkdir(parents=True, exist_ok=True)
    paths.os_release.write_text(f'ID=debian\nVERSION_CODENAME="{suite}"\n')
    paragraphs = [
        f"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nVersion: {version}\n"
        for name, version in {"dpkg": "1.21.22", **installed}.items()
    ]
    paths.dpkg_status.parent.mkdir(parents=True, exist_ok=True)
    paths.dpkg_status.write_text("\n".join(paragraphs))
