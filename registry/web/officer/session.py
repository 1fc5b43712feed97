"""The door through which officers get to their pages."""

from registry.web.officer.people import OFFICERS, Officer, officer_of
from registry.web.phones import door
from registry.web.phones.door import Door

Visit = door.Visit[Officer]
DOOR = Door(OFFICERS, "officer/", officer_of, lambda who: who.name)
page_of, form_of, render = DOOR.page_of, DOOR.form_of, DOOR.render
