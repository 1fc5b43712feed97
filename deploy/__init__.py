"""What brings the product onto a Debian: the build of its packages, and the files that go into the system."""
