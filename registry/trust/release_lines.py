"""A release of software in a few lines, for the persons who sign it."""

from collections.abc import Iterator
from datetime import UTC

from bundle.software import Release


def release_lines(release: Release) -> Iterator[str]:
    """What it is, for which units, in which stages, and when a unit keeps it."""
    yield f"bản phần mềm / release {release.number} (bangtin {release.software}): {release.reason}"
    for build in release.builds:
        size = sum(package.size for package in build.packages) / 1e6
        yield f"  - {build.architecture} {build.suite}, {size:.1f} MB:"
        yield from (f"      {package.name} {package.version} · SHA-256 {package.sha256[:16]}…" for package in build.packages)
    for place, stage in enumerate(release.stages):
        opens = f"{release.opens(place).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        failures = f"dừng khi hơn {stage.failures} thiết bị lỗi · stops above {stage.failures} failed"
        yield f"  - {stage.percent} % từ / from {opens}, {stage.hours:g} h, {stage.good} % tốt / good; {failures}"
    health = release.health
    yield f"  - yên lặng / quiet {health.quiet:g} s; sẵn sàng / ready {health.settle:g} s; thử / trial {health.trial:g} s"
