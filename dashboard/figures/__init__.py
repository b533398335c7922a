"""What is said of a subject, once: its sentence, tiles, figures with their words, table and drawing, and what is to be done.

One file a subject. Plain values, made of facts (`data_access.facts`), a perimeter and a reader: no Streamlit, no database,
no file, no clock. Five readers take them: the page, who may not see small counts, the report and the notes of places, the
show, the open data.
"""
