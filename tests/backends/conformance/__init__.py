"""One suite for every vendor, against a scripted peer and against the sandbox."""
