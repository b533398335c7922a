"""What surrounds the pages on the network: the document they are drawn in, files, health, refusals and headers.

assets       a file held in memory, with its fingerprint and its compressed form
check_in     arriving and leaving by the code on the wall
chrome       the French of Streamlit's own words
document     the HTML shell of every page, and our pages from `templates/`: one frame, one style sheet
drafts       what is being typed in a form, kept
health       how the database is, for a monitor, for pages and for a visitor whose page broke
middleware   headers on every answer, Streamlit's own files compressed, its addresses that are shut
my_account   another password, signing out
open_data    the open data and the page that lists them
routes       the addresses the application answers at
sign_in      with an account of the database, with a link, with an identity provider
slideshow    the show for fairs, from the database or from a frozen file
warm_up      imports done before the first visitor, and the garbage collector put at rest
"""
