"""Gongkai (公开)."""
