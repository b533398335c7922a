"""Invented data that agree with every published figure, for showing the product and for testing it."""

from data_access.demonstration.load import load_demonstration
from data_access.demonstration.standing import RealDataPresent

__all__ = ["RealDataPresent", "load_demonstration"]
