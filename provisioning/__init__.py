"""Provisioning: the technician's command, enrolment and checks of a unit."""
