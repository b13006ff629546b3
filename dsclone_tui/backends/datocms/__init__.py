"""DatoCMS: the one project of a token, its environments and their forks."""
