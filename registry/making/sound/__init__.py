"""What becomes of an officer's recording: read, examined, mended as far as that helps, refused where it does not."""
