"""Commissioning on the phone: the same plan as at a terminal, its questions on the page, one after the other."""

import asyncio

from aiohttp import web

from device.paths import Paths
from provisioning.commissioning.run import apply, left
from provisioning.commissioning.steps.power_cut import PULL
from provisioning.handover.sheet import make_sheet
from provisioning.page.site import OPENING, page
from provisioning.page.technician import PageTechnician
from provisioning.probe import Finding, Pair, Verdict

routes = web.RouteTableDef()
NAME: Pair = ("Nghiệm thu", "Commissioning")
MARKS = {Verdict.GOOD: "✓", Verdict.WARNING: "!", Verdict.NOT_READY: "✗"}
NOTHING: Pair = ("✓ Không còn gì phải làm", "nothing to do")


@routes.get("/commission")
async def plan(request: web.Request) -> web.Response:
    """What is left to do before the unit can be handed over."""
    found = await asyncio.to_thread(left, request.app[OPENING].paths)
    return page(request, "plan.html", tasks=found.left, cut=found.state.cut is not None, results=found.state.results is not None)


@routes.get("/sheet")
async def sheet(request: web.Request) -> web.Response:
    """The handover sheet as a file for the phone: it is printed at the office, and proves itself there."""
    document = await asyncio.to_thread(make_sheet, request.app[OPENING].paths)
    headers = {"Content-Disposition": 'attachment; filename="bien-ban-ban-giao.html"'}
    return web.Response(body=document, content_type="text/html", charset="utf-8", headers=headers)


@routes.post("/commission")
async def start(request: web.Request) -> web.Response:
    """Do what is left; the questions come to this phone."""
    opening = request.app[OPENING]
    await asyncio.to_thread(left, opening.paths)
    opening.work.ask_in_thread(NAME, lambda technician: commission(opening.paths, technician))
    return web.Response(status=303, headers={"Location": "/task"})


def commission(paths: Paths, technician: PageTechnician) -> Pair:
    """Every step that is left, what each found told on the phone; what to do next, also when the power is to be cut first."""

    def told(findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            technician.tell(line(finding))

    after = apply(paths, technician, told)
    if after.state.cut is not None:
        return PULL
    if not after.left:
        return NOTHING
    return f"Còn {len(after.left)} việc", f"{len(after.left)} steps are left"


def line(finding: Finding) -> Pair:
    """*finding* as one line: its mark, what it is about, what was seen, and what to do."""
    mark = MARKS[finding.verdict]
    return _line(mark, finding, 0), _line(mark, finding, 1)


def _line(mark: str, finding: Finding, half: int) -> str:
    do = f" → {finding.do[half]}" if finding.do[half] and finding.verdict is not Verdict.GOOD else ""
    return f"{mark} {finding.subject[half]}: {finding.observed[half]}{do}"
