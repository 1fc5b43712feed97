"""The one database of a registry: how it is opened, what lies in it, and how an older one becomes this one."""
