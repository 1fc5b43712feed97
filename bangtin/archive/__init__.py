"""The archive: what a village saw and heard at a past minute, as a folder that proves itself."""
