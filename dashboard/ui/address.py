"""Filters kept in the address of the page: `?centre=MURAT&periode=12s` opens the same view for whoever receives it.

The address carries codes, not what the screen says, so that links hold when wording changes. A filter that has its usual
value is left out of the address. From page to page a filter keeps its value within a session.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st


def choice(
    widget: Callable[..., Any],
    label: str,
    options: Mapping[str, str] | Sequence[str],
    *,
    key: str,
    usual: str,
    **looks: Any,
) -> str:
    """One of `options` (code to what is shown), by `widget`, a Streamlit function that takes options and a `format_func`.

    A code in the address that is not an option is not followed.
    """
    names = dict(options) if isinstance(options, Mapping) else {option: option for option in options}
    _restore(key, usual, accepts=names.__contains__)
    chosen = widget(label, list(names), format_func=names.__getitem__, key=key, **looks)
    return _keep(key, chosen if chosen is not None else usual, usual)


def number(widget: Callable[..., Any], label: str, *, key: str, first: int, last: int, usual: int, **looks: Any) -> int:
    """A whole number from `first` to `last`, by a slider or the like."""
    _restore(key, usual, accepts=lambda value: first <= value <= last, read=_whole)
    chosen = widget(label, first, last, key=key, **looks)
    return int(_keep(key, str(chosen), str(usual)))


def switch(label: str, *, key: str) -> bool:
    """On or off; off at first."""
    _restore(key, False, accepts=lambda value: isinstance(value, bool), read=lambda text: text == "oui")
    return _keep(key, "oui" if st.toggle(label, key=key) else "non", "non") == "oui"


def text(label: str, *, key: str, longest: int, **looks: Any) -> str:
    """Words typed by the reader, without the spaces around them; none at first."""
    _restore(key, "", accepts=lambda value: isinstance(value, str) and len(value) <= longest)
    return _keep(key, st.text_input(label, key=key, max_chars=longest, **looks).strip(), "")


def take(key: str, value: str) -> None:
    """Sets a filter from elsewhere on the page, as a click on a map does; to be called before the filter is drawn."""
    st.session_state[key] = value


def _restore(
    key: str, usual: Any, *, accepts: Callable[[Any], bool], read: Callable[[str], Any] = lambda text: text
) -> None:
    """Before the widget is drawn: what the address says, else what was chosen on another page, else the usual value."""
    if key in st.session_state and accepts(st.session_state[key]):
        return
    asked = st.query_params.get(key)
    wanted = read(asked) if asked is not None else st.session_state.get(_remembered(key), usual)
    st.session_state[key] = wanted if wanted is not None and accepts(wanted) else usual


def _keep(key: str, chosen: str, usual: str) -> str:
    st.session_state[_remembered(key)] = st.session_state[key]
    if chosen != usual:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
    return chosen


def _remembered(key: str) -> str:
    # Streamlit forgets a widget's value when its page is left; this copy stays.
    return f"filter-{key}"


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
