"""One document, written as PDF, slides, text document or workbook: what it says is declared once."""
