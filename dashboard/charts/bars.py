"""Horizontal bars: counts in the order given, centres in their rank, what became of those counted."""

from dataclasses import dataclass
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.marks import Layers, marks, named_rule, shades, squares
from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    DIRECT_LABEL_SIZE,
    Row,
    Titles,
    haloed,
    names_axis,
    pickable,
    span_label,
    told,
)
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import HIDDEN, MISSING
from dashboard.wording.typography import capital, count, typeset

# Bars that count, in the order given, each with its words: the steps towards a contract, the centres visited.

# Pixels kept at the right of the longest bar for its words: « 109 · 91 % ».
_ROOM: Final = 96
# Pixels a name may take.
_NAMES: Final = alt.expr("containerSize()[0] < 360 ? 190 : 250")
_LETTER: Final = 7


def counted_bars(
    bars: pl.DataFrame,
    *,
    palette: Palette,
    reference: tuple[float, str] | None = None,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 560,
) -> Layers:
    """One bar a row, from zero, none sorted; a rule for the `reference`, a value and its words.

    One row of `bars` is one bar: label, value, said (what is written at its end) and code; `role`, where it is told, is that
    of its colour: the subject of the figure (green), a result (blue), a loss (orange), or context (grey). One whose value is
    null, unknown or hidden from who reads, has no length, and its words say so. Selecting a row that has a code gives
    `{selection_name: [{"code": …}]}`.
    """
    rows = [
        {"role": "subject", **row, "value": row["value"] or 0, "known": row["value"] is not None, "bar": str(place)}
        for place, row in enumerate(bars.iter_rows(named=True))
    ]
    y = names_axis("bar", {row["bar"]: row["label"] for row in rows}, palette, labelLimit=_NAMES)
    room = max([_ROOM, *(_LETTER * len(row["said"]) for row in rows if row["known"])])
    scale = alt.Scale(zero=True, nice=False, range=[0, alt.expr(f"max(40, width - {room})")])
    if not any((*(row["value"] for row in rows), *(reference or ())[:1])):
        # Of nothing but zeros Vega would draw bars of half the width.
        scale.domain = [0, 1]
    colours = shades(
        {
            "subject": palette.accent,
            "result": palette.categorical[2],
            "loss": palette.categorical[1],
            "context": palette.context,
        }
    )
    pointed = told({"label:N": "Libellé", "said:N": "Nombre"})
    placed = marks(rows).encode(y=y, x=alt.X("value:Q", axis=None, scale=scale))
    layers = [
        placed.mark_bar(cornerRadiusEnd=2).encode(
            color=alt.Color("role:N", legend=None, scale=colours), tooltip=pointed
        ),
    ]
    if reference:
        rule = named_rule(alt.X("at:Q", axis=None), *reference, palette, strokeWidth=1.5)
        # Edged with the background, or it would be lost on the bars it crosses.
        layers += [rule[0].mark_rule(color=palette.background, strokeWidth=5), *rule]
    beside = "6"
    if reference:
        # Words that the rule would cross stand at its right.
        at = reference[0]
        highest = max([at, *(row["value"] for row in rows)]) or 1
        pixels = f"({at} - datum.value) * max(40, width - {room}) / {highest}"
        beside = f"datum.value < {at} && {pixels} < {_LETTER} * length(datum.said) + 8 ? {pixels} + 6 : 6"
    layers += haloed(
        placed.encode(text=alt.Text("said:N")),
        palette,
        alt.expr(f"datum.known ? '{palette.text}' : '{palette.secondary_text}'"),
        align="left",
        dx=alt.expr(beside),
        fontWeight=alt.expr("datum.known ? 'bold' : 'normal'"),
        limit=alt.expr("datum.known ? 0 : width"),
    )
    if selection_name:
        # From edge to edge, unseen: a bar of one person is too short to be hit.
        unseen = marks(row for row in rows if row["code"] is not None).mark_bar(opacity=0)
        unseen = unseen.encode(y=y, x=alt.XValue(0), x2=alt.X2Value("width"), tooltip=pointed)
        layers.append(pickable(unseen, selection_name, "code", name="bars"))
    return Layers(layers, palette, titles, width=width, height=alt.Step(34), beside=200)


def counted_bars_in_words(bars: pl.DataFrame, *, subject: str) -> str:
    """The bars for who does not see them: each one, in order. `subject` says what they count, in the plural."""
    rows = bars.to_dicts()
    if not rows:
        return typeset(f"Barres vides : aucune donnée sur les {subject}.")
    return typeset(f"Barres, {subject} : " + " ; ".join(f"{row['label']} {row['said']}" for row in rows) + ".")


def ranking_in_words(bars: pl.DataFrame, *, network_rate: float | None) -> str:
    """Centres by their rate for who does not see them: the first, the last, the network, and who has no figure."""
    rows = bars.to_dicts()
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return typeset("Barres vides : aucun taux de remplissage sur la période.")
    first, last = (f"{row['label']} ({row['said']})" for row in (known[0], known[-1]))
    text = f"Barres : {count(len(known), 'lieu classé', 'lieux classés')} par taux de remplissage, de {first} à {last}."
    if network_rate is not None:
        above = sum(row["value"] > network_rate for row in known)
        text += f" Réseau : {percent(network_rate)} ; {count(above, 'lieu', 'lieux')} au-dessus."
    if without := [f"{row['label']} ({row['said']})" for row in rows if row["value"] is None]:
        text += f" Sans taux : {', '.join(without)}."
    return typeset(text)


# What has become of those counted: how many still are, how many no longer, and how many it is too early to say.

_FOLLOWED_ROW: Final = 46
# Above the bar, the words of the row.
_WORDS: Final = 18


@dataclass(frozen=True)
class Parts:
    """The names of the three parts of a bar, in lower case: « installés », « pas encore installés », « trop tôt »."""

    yes: str
    no: str
    waiting: str


def follow_up(rows: pl.DataFrame, *, palette: Palette, parts: Parts, titles: Titles | None = None) -> Layers:
    """One bar a row, as long as its count: green for `yes`, grey for `no`, an empty box for `waiting`.

    One row of `rows` is one bar: label, yes, no, waiting (counts), share (yes among yes and no; null when there is none).
    A count hidden from who reads is null, with `share_hidden`: it is not drawn, and its words say so.
    """
    records = rows.to_dicts()
    drawn = [
        {"label": row["label"], "part": name, "place": place, "count": row[part]}
        for row in records
        for place, (part, name) in enumerate(vars(parts).items())
        if row[part]
    ]
    labels = [row["label"] for row in records]
    shown = [name for name in vars(parts).values() if any(row["part"] == name for row in drawn)]
    legend = squares(shown, columns=alt.expr("containerSize()[0] < 420 ? 1 : 3"), edge=1)
    fill = {parts.yes: palette.accent, parts.no: palette.context, parts.waiting: palette.secondary_background}
    y = alt.Y("label:N", sort=labels, axis=None, scale=alt.Scale(domain=labels, paddingInner=0, paddingOuter=0))
    bars = marks(drawn).mark_bar(height=_FOLLOWED_ROW - _WORDS - 12, yOffset=_WORDS / 2, strokeWidth=1)
    words = marks({"label": row["label"], "said": _row_in_words(row, parts)} for row in records)
    layers = [
        bars.encode(
            y=y,
            x=alt.X("count:Q", axis=None, stack="zero", scale=alt.Scale(nice=False)),
            order=alt.Order("place:Q"),
            fill=alt.Fill("part:N", scale=shades(fill), legend=legend),
            stroke=alt.Stroke("part:N", scale=shades({**fill, parts.waiting: palette.context}), legend=legend),
            tooltip=told({"label:N": "Ligne", "part:N": "Part", "count:Q": "Nombre"}),
        ),
        words.mark_text(
            align="left", baseline="middle", dy=-_FOLLOWED_ROW / 2 + _WORDS / 2 + 2, fontSize=DIRECT_LABEL_SIZE
        ).encode(y=y, x=alt.XValue(0), text=alt.Text("said:N")),
    ]
    return Layers(layers, palette, titles, width=560, height=alt.Step(_FOLLOWED_ROW))


def follow_up_in_words(rows: pl.DataFrame, *, parts: Parts, subject: str) -> str:
    """The bars for who does not see them: each row in full. `subject` says what is counted, in the plural."""
    records = rows.to_dicts()
    if not records:
        return typeset(f"Barres vides : aucune donnée sur les {subject}.")
    return typeset(f"Barres, {subject}. " + " ".join(f"{_row_in_words(row, parts)}." for row in records))


def _row_in_words(row: Row, parts: Parts) -> str:
    """« Après 12 mois : 67 % (18 sur 27), échéance à venir : 3 »; what is hidden is « masqué »."""
    if row.get("share_hidden"):
        counts = {parts.yes: row["yes"], parts.no: row["no"]}
        told = HIDDEN
        if any(value is not None for value in counts.values()):
            told = ", ".join(f"{name} : {HIDDEN if value is None else value}" for name, value in counts.items())
    elif row["share"] is None:
        told = MISSING
    else:
        told = f"{percent(row['share'])} ({row['yes']} sur {row['yes'] + row['no']})"
    waiting = HIDDEN if row["waiting"] is None else row["waiting"]
    return typeset(f"{capital(row['label'])} : {told}" + (f", {parts.waiting} : {waiting}" if waiting else ""))


# What becomes of the six free months: one bar for those who joined together, cut by what they did next.

OWN_PREMISES: Final = "partis dans leurs propres locaux"
KEPT: Final = "restés"
LEFT: Final = "partis"
RUNNING: Final = "encore dans les six mois"


def pass_cohorts(cohorts: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """One bar a cohort, the oldest first: who stayed, who left for premises of their own, who left, who is still in free months.

    A cohort of which somebody is still in the free months has no share yet: it says so in words.
    One row of `cohorts` is the people who joined from first_month to last_month: joined, trials_over (past their free
    months), kept (members in the seventh month) and left_own_premises among these, kept_share (null while it runs).
    """
    rows = [
        {**row, "cohort": span_label(row["first_month"], row["last_month"])}
        for row in cohorts.sort("first_month").iter_rows(named=True)
    ]
    parts: list[Row] = []
    for row in rows:
        left = row["trials_over"] - row["kept"] - row["left_own_premises"]
        start = 0
        for part, people in (
            (KEPT, row["kept"]),
            (OWN_PREMISES, row["left_own_premises"]),
            (LEFT, left),
            (RUNNING, row["joined"] - row["trials_over"]),
        ):
            if people:
                parts.append(
                    {"cohort": row["cohort"], "part": part, "from": start, "to": start + people, "people": people}
                )
            start += people
    y = names_axis("cohort", {row["cohort"]: row["cohort"] for row in rows}, palette, labelLimit=160)
    # Room for the words after the longest bar: more of it where the chart is narrow.
    longest = max([row["joined"] for row in rows], default=1)
    scale = alt.Scale(domainMin=0, domainMax=alt.expr(f"{longest} * (width < 260 ? 2 : 1.6)"))
    colours = {
        KEPT: palette.accent,
        OWN_PREMISES: palette.categorical[2],
        LEFT: palette.categorical[1],
        RUNNING: palette.background,
    }
    legend = squares(colours, columns=alt.expr("width < 400 ? 2 : 4"), edge=1, symbolStrokeColor=palette.context)
    words = marks(
        {
            "cohort": row["cohort"],
            "joined": row["joined"],
            "said": _cohort_in_words(row),
            "known": row["kept_share"] is not None,
        }
        for row in rows
    )
    layers = [
        marks(parts)
        .mark_bar(strokeWidth=1)
        .encode(
            y=y,
            x=alt.X("from:Q", axis=None, scale=scale),
            x2=alt.X2("to:Q"),
            color=alt.Color("part:N", scale=shades(colours), legend=legend),
            stroke=alt.StrokeValue(None, condition={"test": f"datum.part === '{RUNNING}'", "value": palette.context}),
            tooltip=told({"cohort:N": "Adhésions de", "part:N": "Au septième mois", "people:Q": "Personnes"}),
        ),
        words.mark_text(
            align="left",
            dx=8,
            fontWeight=alt.expr("datum.known ? 'bold' : 'normal'"),
            fill=alt.expr(f"datum.known ? '{palette.text}' : '{palette.secondary_text}'"),
        ).encode(y=y, x=alt.X("joined:Q", axis=None, scale=scale), text=alt.Text("said:N")),
    ]
    return Layers(layers, palette, titles, width=560, height=alt.Step(28), beside=160)


def pass_cohorts_in_words(cohorts: pl.DataFrame) -> str:
    """The bars for who does not see them: the whole share, the best and the worst cohort, and what is not known yet."""
    rows = cohorts.sort("first_month").to_dicts()
    if not rows:
        return typeset("Barres vides : aucune adhésion sur la période.")
    known = [row for row in rows if row["kept_share"] is not None]
    running = sum(row["joined"] - row["trials_over"] for row in rows)
    later = f" {count(running, 'personne est', 'personnes sont')} encore dans les six mois gratuits." if running else ""
    if not known:
        return typeset(f"Barres des cohortes : aucune n’a encore terminé ses six mois gratuits.{later}")
    worst, best = (
        f"{percent(row['kept_share'])} ({span_label(row['first_month'], row['last_month'])})"
        for row in (pick(known, key=lambda row: row["kept_share"]) for pick in (min, max))
    )
    shares = best if len(known) == 1 else f"de {worst} à {best}"
    grown = sum(row["left_own_premises"] for row in rows)
    return typeset(
        f"Barres de {count(len(rows), 'cohorte')} : {shares} restés au septième mois ; "
        f"{count(grown, 'personne partie', 'personnes parties')} dans leurs propres locaux.{later}"
    )


def _cohort_in_words(row: Row) -> str:
    if row["kept_share"] is None:
        return typeset(f"en cours : {integer(row['joined'] - row['trials_over'])} sur {integer(row['joined'])}")
    return typeset(f"{percent(row['kept_share'])} ({integer(row['kept'])} sur {integer(row['trials_over'])})")
