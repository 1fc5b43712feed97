"""The probes of ``bangtin provision check``, one small class for each object."""
