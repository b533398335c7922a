"""What surrounds the pages on the network: the document they are drawn in, files, health, refusals and headers.

assets       a file held in memory, with its fingerprint and its compressed form
chrome       the French of Streamlit's own words
document     the HTML shell of every page, and the French pages for an unknown address and for a breakdown
routes       the addresses the application answers at
middleware   headers on every answer, Streamlit's own files compressed
failures     what a visitor reads when a page breaks
health       what a monitor reads
warm_up      imports done before the first visitor, and the garbage collector put at rest
"""
