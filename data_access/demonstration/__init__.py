"""Invented data that agree with every published figure, for showing the product and for testing it."""

from data_access.demonstration.load import RealDataPresent, load_demonstration

__all__ = ["RealDataPresent", "load_demonstration"]
