"""The microphone on site: what is said into it sounds, passes a ceiling and is recorded."""
