"""The work: launch, settle, track, supervise, publish. Knows backends and journal only through ``domain.ports``."""
