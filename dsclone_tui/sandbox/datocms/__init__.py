"""The DatoCMS half: the site, its environments and forks, job results, records."""
