"""Figures and pictures to files."""
