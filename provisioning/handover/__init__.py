"""The handover sheet (biên bản bàn giao): made of the last results, signed by the unit's key, read and printed by anybody."""
