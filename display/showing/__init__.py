"""What brings pixels to a screen, frame by frame."""
