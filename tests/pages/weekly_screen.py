"""The weekly entry page of one session, driven by what its reader sees."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from tests.data_access.weekly_sheets import MONDAY

PAGE = Path(__file__).parents[2] / "pages" / "weekly_entry.py"
ORDINARY = {"office": ["3", "4", "2", "3", "2"], "open_space": ["2", "2", "1", "2", "2"]}
SAVE = "Enregistrer, semaine complète"


class Screen:
    """The page of one session, driven by what its reader sees; what the page's script does with a key stands here in short."""

    def __init__(self, **address: str) -> None:
        self.app = AppTest.from_file(str(PAGE), default_timeout=30)
        for name, value in address.items():
            self.app.query_params[name] = value
        self.app.run()
        self._open()

    def _open(self) -> None:
        """A form of its own holds what the server says, and the version it says it of."""
        if self.has_form:
            self.form, self.version, self.typed = self.data["form"], self.data["version"], dict(self.data["values"])

    @property
    def has_form(self) -> bool:
        return bool(self.app.get("bidi_component"))

    @property
    def data(self) -> dict[str, Any]:
        """What the page's script is given to draw."""
        said: dict[str, Any] = json.loads(self.app.get("bidi_component")[0].proto.json)
        return said

    def type(self, day: date, seat_kind: str, text: str) -> None:
        assert f"{day}-{seat_kind}" in self.typed
        self.typed[f"{day}-{seat_kind}"] = text

    def type_week(self, monday: date = MONDAY, people: str = "", **numbers: list[str]) -> None:
        for kind, texts in (numbers or ORDINARY).items():
            for offset, text in enumerate(texts):
                self.type(monday + timedelta(days=offset), kind, text)
        self.people(people)

    def people(self, text: str) -> None:
        self.typed["people"] = text

    def remark(self, text: str) -> None:
        self.typed["remark"] = text

    def tick_closed(self, day: date) -> None:
        self.typed[f"closed-{day}"] = "1"

    def take(self, label: str) -> None:
        """Figures that nobody counted, into the empty fields; no run of the page."""
        taken = next(each["figures"] for each in self.data["suggestions"] if each["label"].startswith(label))
        self.typed |= {name: text for name, text in taken.items() if not self.typed[name]}

    def press(self, label: str) -> "Screen":
        offered = {button["label"]: button["deed"] for button in self._offered}
        if label not in offered:
            next(button for button in self.app.button if button.label == label).click().run()
        else:
            self.send(offered[label])
        assert not self.app.exception
        if self.has_form and getattr(self, "form", "") != self.data["form"]:
            self._open()
        return self

    def send(self, deed: str, **more: str) -> None:
        proto = self.app.get("bidi_component")[0].proto
        pressed = {"deed": deed, "fields": self.sent, "version": self.version, **more}
        value = {"event": "press", "value": pressed}
        states = self.app._tree.get_widget_states()
        trigger = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{proto.id}__events", json_trigger_value=json.dumps([value]))
        self.app._run(WidgetStates(widgets=[*states.widgets, trigger]))

    @property
    def sent(self) -> dict[str, str]:
        """What a press says of the fields."""
        return self.typed

    def save(self) -> "Screen":
        return self.press(SAVE)

    def draft(self) -> "Screen":
        return self.press("Garder en brouillon")

    @property
    def _offered(self) -> list[dict[str, str]]:
        if not self.has_form:
            return []
        answer = self.data["answer"]
        again = [{"label": "Repartir de ce qui est enregistré", "deed": "start-again"}] if self.data["resumed"] else []
        return [*self.data["buttons"], *(answer["buttons"] if answer else again)]

    @property
    def week(self) -> str:
        """The week in the address."""
        value = self.app.query_params["semaine"]
        return value if isinstance(value, str) else value[0]

    @property
    def buttons(self) -> list[str]:
        return [button["label"] for button in self._offered] + [button.label for button in self.app.button]

    @property
    def thanks(self) -> list[str]:
        return self._said("done") + [success.value for success in self.app.success]

    def _said(self, kind: str) -> list[str]:
        answer = self.data["answer"] if self.has_form else None
        if answer is None or answer["kind"] != kind:
            return []
        return [said for _field, said in answer["faults"]] or [answer["sentence"]]

    @property
    def errors(self) -> list[str]:
        """What is refused, a sentence for each fault."""
        return self._said("wrong") + [error.value for error in self.app.error]

    @property
    def questions(self) -> list[str]:
        return self._said("asked") + [warning.value for warning in self.app.warning]

    @property
    def labels(self) -> dict[str, str]:
        """The fields of the days, by what each is called."""
        return {field["label"]: field["name"] for row in self.data["rows"] for field in row["cells"] if field}

    @property
    def fields(self) -> dict[str, str]:
        """What each field of a day holds, by its label."""
        return {label: self.typed[name] for label, name in self.labels.items()} if self.has_form else {}
