"""What surrounds the pages on the network: the document they are drawn in, files, health, refusals and headers.

account_pages what the pages of signing in and of one's account share: forms, tries, lanes of passwords
check_in      arriving and leaving by the code on the wall
document      the HTML shell of every page, Streamlit's words in French, our pages from `templates/`, files held in memory
drafts        what is being typed in a form, kept
files         the files that pages offer
health        how the database is, for a monitor, for pages and for a visitor whose page broke
middleware    who is answered, by which name and how much: doors, bounds, headers, Streamlit's files and uploads
my_account    the password, the second factor and the browsers of one's account
open_data     the open data and the page that lists them
routes        the addresses the application answers at
sign_in       with an account of the database and its second factor, with a link, with an identity provider
slideshow     the show for fairs, from the database or from a frozen file
warm_up       imports done before the first visitor, and the garbage collector put at rest
"""
