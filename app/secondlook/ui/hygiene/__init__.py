"""Checking a gallery on screen: people enrolled twice, dates that have passed, poor references."""
