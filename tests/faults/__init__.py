"""Kills real processes under load: nothing may be lost, doubled, out of order or wrongly public."""
