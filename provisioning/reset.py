"""Letting a unit go on after somebody stopped it at its own switch: on site, by a person who proves who they are."""

from bundle.errors import refuse
from device.durable import replace
from device.inputs import Contact, Inputs, Reset, contact, read_inputs
from device.paths import Paths
from director.moment import Moment
from provisioning.advice import PLUG
from provisioning.holders import Right, prove


def reset_stop(paths: Paths, name: str, pin: str, moment: Moment) -> Reset:
    """Write that *name* lets the unit go on after the stop that holds; ``Refused`` unless the switch is surely released."""
    inputs = _released(paths, moment)
    holder = prove(paths, name, pin, moment, Right.RESET)
    record = Reset(count=inputs.count, person=holder.name, at=moment.stamp())
    replace(paths.stop_reset, record.model_dump_json().encode())
    return record


def _released(paths: Paths, moment: Moment) -> Inputs:
    """What the amplifier program says now, if it says that a stop holds and that the switch is released."""
    inputs = read_inputs(paths)
    seen = contact(inputs, moment)
    if inputs is None or seen is Contact.UNKNOWN:
        what = "không biết công tắc đang ở vị trí nào / nobody knows how the switch stands"
        raise refuse(str(paths.inputs), what, " / ".join(PLUG))
    if seen is Contact.PRESSED:
        what = "công tắc dừng còn đang bị nhấn / the stop switch is still pressed"
        raise refuse("công tắc / switch", what, "xoay hoặc kéo để nhả ra, rồi làm lại / turn or pull it out, then do this again")
    if not inputs.stopped:
        raise refuse("công tắc / switch", "thiết bị không bị dừng tại chỗ / the unit is not stopped on site")
    return inputs
