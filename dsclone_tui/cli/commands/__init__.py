"""One module a command (or family of commands): ``add`` declares its arguments, ``run`` does it."""
