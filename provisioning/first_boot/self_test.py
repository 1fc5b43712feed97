"""The unit tests itself: the probes of ``bangtin provision check``, as the board and the technician's phone show them."""

from device.paths import Paths
from evidence.self_test import Mark, SelfTest
from provisioning.check import probes
from provisioning.probe import Finding, Verdict

_MARKS = {Verdict.GOOD: Mark.GOOD, Verdict.WARNING: Mark.WARNING, Verdict.NOT_READY: Mark.NOT_READY}
_NOT_OF_THE_HARDWARE = "enrolment"


def self_test(paths: Paths) -> tuple[SelfTest, ...]:
    """Every finding, the worst first. It takes seconds: devices are opened."""
    findings = [finding for probe in probes(paths) for finding in probe.look()]
    found = [finding for finding in findings if finding.subject[1] != _NOT_OF_THE_HARDWARE]
    return tuple(as_test(finding) for finding in sorted(found, key=lambda finding: -finding.verdict))


def as_test(finding: Finding) -> SelfTest:
    """The same finding in the words of the board."""
    do = finding.do if any(finding.do) else None
    return SelfTest(mark=_MARKS[finding.verdict], subject=finding.subject, observed=finding.observed, do=do)
