"""``bangtin provision plan`` and ``apply``: what is left to do until the unit can be handed over, and doing it."""

from pathlib import Path

import click

from device.paths import Paths
from evidence.self_test import Mark
from provisioning.check import conclusion, probes, sentences
from provisioning.commissioning.run import Left
from provisioning.commissioning.run import apply as run_apply
from provisioning.commissioning.run import left as what_is_left
from provisioning.commissioning.steps.power_cut import PULL
from provisioning.options import ROOT
from provisioning.probe import Finding, Verdict, overall
from provisioning.technicians import Terminal

NOTHING = "không còn gì phải làm · nothing to do"


@click.command()
@ROOT
@click.pass_context
def plan(context: click.Context, root: Path) -> None:
    """Còn phải làm gì để bàn giao thiết bị; không hỏi, không đổi gì · what is left before the unit is handed over; it changes nothing.

    Mã thoát: 0 không còn gì, 1 còn việc hoặc lưu ý, 2 có hỏng hóc · exit code: 0 nothing to do, 1 steps or warnings, 2 faults.
    """
    paths = Paths(root)
    left = what_is_left(paths)
    bad = _look(paths)
    for number, task in enumerate(left.left, 1):
        click.echo(f"{number:2d}. {task.words[0]}" + click.style(f"  ({task.words[1]})", dim=True))
    if not left.left:
        click.secho(f"✓ {NOTHING}", fg="green", bold=True)
    context.exit(_verdict(left, bad))


@click.command()
@ROOT
@click.pass_context
def apply(context: click.Context, root: Path) -> None:
    """Làm từng việc còn lại, chỉ hỏi điều máy không tự biết · do what is left, asking only what no sensor can tell.

    Mất điện giữa chừng thì chạy lại lệnh này · after a power cut run this command again. Mã thoát như plan · exit code as of plan.
    """
    paths = Paths(root)
    bad = _look(paths)
    if not what_is_left(paths).left:
        click.secho(f"✓ {NOTHING}", fg="green", bold=True)
        context.exit(_verdict(what_is_left(paths), bad))
    left = run_apply(paths, Terminal(), _told)
    if left.state.cut is not None:
        click.secho("\n" + "\n".join(PULL), fg="yellow", bold=True)
        context.exit(Verdict.WARNING)
    for task in left.left:
        click.echo(f"  còn · left: {' · '.join(task.words)}")
    verdict = _verdict(left, bad)
    click.echo(conclusion(verdict) if left.left or verdict else click.style(f"✓ {NOTHING}", fg="green", bold=True))
    context.exit(verdict)


def _look(paths: Paths) -> tuple[Finding, ...]:
    """What is not good by the probes that need nobody, said."""
    bad = tuple(finding for probe in probes(paths) for finding in probe.look() if finding.verdict is not Verdict.GOOD)
    for sentence in sentences(bad):
        click.echo(sentence)
    return bad


def _told(findings: tuple[Finding, ...]) -> None:
    for sentence in sentences(findings):
        click.echo(sentence)


def _verdict(left: Left, bad: tuple[Finding, ...]) -> Verdict:
    marks = {each.mark for done in left.state.done.values() for each in done.checked}
    if Mark.NOT_READY in marks:
        return Verdict.NOT_READY
    return max(overall(bad), Verdict.WARNING if left.left or Mark.WARNING in marks else Verdict.GOOD)
