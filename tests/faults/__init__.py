"""Kills real processes under load, and proves that nothing is lost, doubled, out of order or wrongly public."""
