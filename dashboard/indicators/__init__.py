"""From facts to figures: every indicator of the product, declared once, and the only place where a figure is computed.

Pure Polars: no database, no file, no clock. ``model`` holds the shapes, ``facts`` the columns read, one file per subject its
indicators, ``evaluation`` the yearly lines, ``catalogue`` the whole registry.
"""
