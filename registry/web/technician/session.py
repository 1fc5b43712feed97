"""The door through which technicians get to their pages."""

from registry.web.phones import door
from registry.web.phones.door import Door
from registry.web.technician.people import TECHNICIANS, Technician, technician_of

Visit = door.Visit[Technician]
DOOR = Door(TECHNICIANS, "technician/", technician_of, lambda who: who.name)
page_of, form_of, render = DOOR.page_of, DOOR.form_of, DOOR.render
