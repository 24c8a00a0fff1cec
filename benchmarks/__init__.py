"""Measured, not claimed: ratios from one run on one machine."""
