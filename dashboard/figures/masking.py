"""The one mask of counts of few people, applied as data: what is hidden is hidden before anything is drawn or written of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from dashboard.charts.bars import Parts, counted_bars, counted_bars_in_words, follow_up, follow_up_in_words
from dashboard.figures.model import Figure, Reader, Table, Tile
from dashboard.indicators import disclosure
from dashboard.indicators.disclosure import is_small
from dashboard.indicators.model import Indicator, Unit
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import HIDDEN, hidden_words
from dashboard.wording.typography import capital, count, typeset

_PEOPLE = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})


def masked_counts(
    figures: pl.DataFrame,
    count: str,
    by: Sequence[str],
    reader: Reader,
    *,
    totals: Collection[str] | None = None,
    earlier: Iterable[pl.DataFrame] = (),
) -> pl.DataFrame:
    """`indicators.disclosure.protected` for who may not see small counts; else the same rows, none of them hidden."""
    if reader.sees_small_counts:
        return figures.with_columns(pl.lit(False).alias(f"{count}_hidden"))
    return disclosure.protected(figures, count, by, totals=totals, earlier=earlier)


def masked_parts(
    figures: pl.DataFrame, parts: Sequence[str], by: str, reader: Reader, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """`indicators.disclosure.protected_parts` for who may not see small counts; else the same rows, none of them hidden."""
    if reader.sees_small_counts:
        return figures.with_columns(pl.lit(False).alias(f"{part}_hidden") for part in parts)
    return disclosure.protected_parts(figures, parts, by, earlier=earlier)


def masked_rows(
    figures: pl.DataFrame, rest: Sequence[str], reader: Reader, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """`indicators.disclosure.protected_rows` of « yes » and « no » for who may not see small counts."""
    parts = ("yes", "no")
    if reader.sees_small_counts:
        return figures.with_columns(pl.lit(False).alias(f"{each}_hidden") for each in (*parts, *rest))
    return disclosure.protected_rows(figures, parts, rest, "label", earlier=earlier)


def masked_means(figures: pl.DataFrame, mean: str, reader: Reader) -> pl.DataFrame:
    """Means of counts, without those under five people for who may not see them; `<mean>_hidden` says which."""
    few = pl.col(mean).is_between(0, disclosure.THRESHOLD, closed="none").fill_null(False)
    return masked(figures, mean, where=few & (not reader.sees_small_counts))


def masked(frame: pl.DataFrame, *names: str, where: pl.Expr | None = None) -> pl.DataFrame:
    """The frame without what these columns hold, in all rows or `where` this is true; `<name>_hidden` says where it was."""
    hidden = pl.lit(True) if where is None else where.fill_null(False)
    return frame.with_columns(
        *((hidden & pl.col(name).is_not_null()).alias(f"{name}_hidden") for name in names),
        *(pl.when(~hidden).then(name).alias(name) for name in names),
    )


def masked_tile(tile: Tile, reader: Reader) -> Tile:
    """A tile as the reader may see it: a count of few people is hidden, and so is what would give it away.

    Nor is the course of a count of people drawn for them: from month to month it moves by few of them.
    """
    if reader.sees_small_counts or (tile.indicator.unit not in _PEOPLE and not tile.hidden):
        return tile
    hidden = tile.hidden or (hidden_words(few=True) if is_small(tile.value) else "")
    return Tile(
        tile.indicator,
        None if hidden else tile.value,
        None if hidden or is_small(tile.previous) else tile.previous,
        tile.compared_with,
        provisional=tile.provisional,
        hidden=hidden,
        day=tile.day,
    )


def counted(
    rows: pl.DataFrame,
    value: str,
    *,
    key: str,
    headline: str,
    subtitle: str,
    subject: str,
    headings: Mapping[str, str],
    title: str,
    said: Mapping[str, str | tuple[str, str]] | None = None,
    notes: tuple[str, ...] = (),
    shares: frozenset[str] = frozenset(),
    nothing: str = "",
    selection_name: str | None = None,
    hint: str = "",
) -> Figure:
    """One bar a row of `label`, as long as `value`; `said` are the columns told to who does not see it, each in words.

    The words of a column are a phrase with its number, or a noun and its plural. `words` of the rows, where they have them,
    stand at the ends of the bars in place of the number alone; with their `code` a bar may be chosen, by `selection_name`.
    """

    def with_words(told: Mapping[str, str | tuple[str, str]]) -> pl.DataFrame:
        words = pl.Series([_words(row, told) for row in rows.iter_rows(named=True)], dtype=pl.String)
        code = pl.col("code") if "code" in rows.columns else pl.lit(None, pl.String)
        role = ["role"] if "role" in rows.columns else []
        return rows.select("label", *role, code=code, value=pl.col(value), said=words)

    # At the end of a bar there is room for one number, on a telephone as well.
    figures = with_words({value: "{}"})
    if "words" in rows.columns:
        figures = figures.with_columns(said=rows["words"])
    return Figure(
        key=key,
        headline=headline,
        subtitle=subtitle,
        draw=counted_bars,
        figures=figures,
        spoken=counted_bars_in_words(with_words(said) if said else figures, subject=subject),
        table=Table(title, rows, headings, notes, shares=shares),
        options={"selection_name": selection_name} if selection_name else {},
        nothing=nothing,
        hint=hint if selection_name else "",
    )


def leading(rows: pl.DataFrame, value: str, by: str, of: tuple[str, str]) -> str:
    """« Mauriac en tête : 25 adhérents sur 165 », of the rows told by `by`, in words for one and for many of what is counted.

    Nothing where a count is hidden, since it would be said to be smaller, nor where two are first, or nobody is.
    """
    first = leader(rows, value, by)
    if first is None:
        return ""
    label, number, whole = first
    return f"{label} en tête : {count(number, *of)} sur {whole}"


def all_told(rows: pl.DataFrame, value: str) -> bool:
    """Whether a count stands in every row: one that is hidden, by itself or with all, has none."""
    return not rows[value].null_count() and not rows[f"{value}_hidden"].any()


def leader(rows: pl.DataFrame, value: str, by: str) -> tuple[str, int, str] | None:
    """The row told by `by` that counts most: its label, its count, and « 165 », or « 30 (lieu non noté : 18) », of all.

    None where there is no one such row.
    """
    named = rows.drop_nulls(by).sort(value, descending=True)
    if not all_told(rows, value) or named.height < 2:
        return None
    (label, first), (_, second) = named.select("label", value).rows()[:2]
    whole = integer(rows[value].sum())
    for rest, number in rows.filter(pl.col(by).is_null()).select("label", value).iter_rows():
        whole += f" ({rest[:1].lower()}{rest[1:]} : {integer(number)})"
    return (label, first, whole) if first > second else None


def last_told(rows: pl.DataFrame, value: str, of: tuple[str, str], *, by: str = "year", at: str = "en {}") -> str:
    """« 32 contrats conclus en 2016 », of the last row, told by `by`, as it may be read; nothing where it is hidden."""
    where, last = rows.select(by, value).row(-1) if rows.height else (None, None)
    return "" if last is None else f"{count(last, *of)} {at.format(where)}"


def followed(
    rows: pl.DataFrame,
    parts: Parts,
    *,
    key: str,
    finding: str,
    headline: str,
    subtitle: str,
    subject: str,
    title: str,
    rows_are: str,
    share_is: str,
    notes: tuple[str, ...],
    nothing: str,
    details: tuple[Table, ...] = (),
    last: bool = False,
) -> Figure:
    """One bar a row of `label`, shared out as `charts.follow_up` tells; its table is headed by the names of the parts.

    The `share` is hidden with either of the parts it is made of, `yes` and `no`. `finding` is a phrase of the `label` and
    `share` of the row that rests on most, or of the `last` one; `headline` stands where no row has a share that may be told.
    """
    rows = disclosure.hidden_with(rows, ["share"], "yes", "no")
    told = rows.drop_nulls("share").with_columns(whole=pl.col("yes") + pl.col("no"))
    if told.height:
        row = told.tail(1) if last else told.filter(pl.col("whole") == pl.col("whole").max())
        label, share, yes, whole = row.select("label", "share", "yes", "whole").row(0)
        headline = f"{finding.format(label=capital(label), share=percent(share))} ({integer(yes)} sur {integer(whole)})"
    named = {name: capital(words) for name, words in vars(parts).items() if words}
    return Figure(
        key=key,
        headline=headline,
        subtitle=subtitle,
        draw=follow_up,
        figures=rows,
        spoken=follow_up_in_words(rows, parts=parts, subject=subject),
        table=Table(
            title,
            rows.with_columns(pl.col("label").map_elements(capital, return_dtype=pl.String)),
            {"label": rows_are, **named, "share": share_is},
            notes,
            shares=frozenset({"share"}),
        ),
        details=details,
        options={"parts": parts},
        nothing=nothing,
    )


def shared_out(
    measured: pl.DataFrame, of: tuple[Indicator, Indicator, Indicator], number: int | None = None
) -> pl.DataFrame:
    """The rows of `followed`, by `label`: of those that the first indicator counts, those of the second are « yes », and the
    third is their share. Of `number` in all, those it does not count are waiting."""
    whole, yes, share = (each.key for each in of)
    waiting = pl.lit(0, pl.Int64) if number is None else number - pl.col(whole)
    return measured.select("label", yes=yes, no=pl.col(whole) - pl.col(yes), waiting=waiting, share=share)


def _words(row: Mapping[str, object], told: Mapping[str, str | tuple[str, str]]) -> str:
    """« 41 adhésions, départs : masqué »; the one word where nothing of the row is shown."""
    hidden = {name for name in told if row.get(f"{name}_hidden")}
    if hidden == set(told):
        return HIDDEN
    words = []
    for name, phrase in told.items():
        value = row[name]
        if name in hidden:
            noun = phrase[1] if isinstance(phrase, tuple) else phrase.format("").strip()
            words.append(f"{noun} : {HIDDEN}")
        elif isinstance(value, int):
            words.append(count(value, *phrase) if isinstance(phrase, tuple) else phrase.format(integer(value)))
    return typeset(", ".join(words))
