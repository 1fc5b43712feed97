"""What a signed bundle says, and when to believe it: pure models and checks, without clock, files or sockets."""
