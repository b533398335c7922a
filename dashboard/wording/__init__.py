"""The only French formatting of the product: how a number, a date, a plural or a coded value reads.

    numbers     a bare number and its signs          parsing    what a person typed, back to a number
    units       a value with its unit, by unit code  plurals    « 2 centres », « Mauriac, Ydes et Murat »
    dates       days, weeks, months, times, ages     terms      the French words of the coded values
    typography  no-break spaces and apostrophes      glyphs     marks that say a state without colour
    vega        the same habits, for charts

Babel knows the language; these modules keep the few habits it does not have (« 1er », « 15 h 30 », a true minus sign).
No clock here: today is always given.
"""
