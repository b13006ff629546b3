"""Clone whole content stores on their vendors' servers, watch every job, lose none."""

__version__ = "0.1.0"
