"""What a release newly needs of Debian: units that have not got it refuse the release, and it cannot bring it."""

from collections.abc import Iterable, Iterator

from bundle.errors import Refused
from bundle.software import Build, Release, is_ours
from registry.rollout.debs import Deb, read_deb
from registry.trust.site import Site


def new_needs(site: Site, before: Release, debs: Iterable[Deb], release: Release) -> Iterator[str]:
    """One warning for each build of *release* that needs of Debian what the one *before* it, in *site*, did not.

    Also for what *release* carries: a unit takes Debian's packages as updates of what it has.
    """
    needs = {deb.package: deb.needs for deb in debs}
    for build in release.builds:
        old = before.build(build.architecture, build.suite)
        if old is None:
            continue
        place = f"⚠ {build.suite} {build.architecture}"
        try:
            known = _needs_of(site, old)
        except Refused as refused:
            yield f"{place}: không so được với bản {before.number} / cannot be compared with {before.number}: {refused}"
            continue
        if new := sorted({need for package in build.packages for need in needs[package]} - known):
            yield (
                f"{place}: nay cần thêm {', '.join(new)}; thiết bị nào chưa có sẽ không cài được bản này, và đợt phát hành có thể dừng "
                f"/ newly needs {', '.join(new)}; a unit that has not got it cannot install this release, and the roll-out may halt "
                "→ cài tại chỗ trước khi phát hành / install it on site before the release"
            )


def _needs_of(site: Site, build: Build) -> set[str]:
    ours = [package for package in build.packages if is_ours(package.name)]
    return {need for package in ours for need in read_deb(f"{build.suite}={site.blob(package.sha256)}").needs}
