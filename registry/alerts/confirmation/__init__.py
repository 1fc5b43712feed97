"""Which villages have an alert, by what was proven of each unit, why the others do not, and whom to telephone there."""
