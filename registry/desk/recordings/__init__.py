"""What officers record on their phones: taken in, judged as every recording is, kept until it is used or nobody wanted it."""
