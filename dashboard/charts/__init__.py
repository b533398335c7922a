"""Figures to pictures: each module holds one chart, a function from a frame to an Altair chart."""
