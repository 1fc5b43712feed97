"""The ear: whether an attention signal was heard at the unit's own microphone."""
