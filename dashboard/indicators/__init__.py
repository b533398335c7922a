"""From facts to figures: every indicator of the product, declared once, and the only place where a figure is computed.

Pure Polars: no database, no file, no clock. ``model`` holds the shapes, one file per subject its indicators, ``catalogue``
the whole registry and the yearly lines.
"""
