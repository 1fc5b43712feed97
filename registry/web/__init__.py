"""The registry's web side: units enrol and report here, fetch signed content, and people see the fleet."""
