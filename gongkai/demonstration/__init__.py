"""The demonstration: a day of a development zone's bodies, played on the real platform and checked."""
