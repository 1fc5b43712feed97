"""The caretaker: what of a unit needs root, each a oneshot that systemd starts when a file or an hour asks for it; nothing of it stays."""
