"""What a draft will look like: every page of it on boards of every shape, drawn before anybody signs."""
