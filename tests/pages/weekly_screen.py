"""The weekly entry page of one session, driven by what its reader sees."""

from datetime import date, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.data_access.weekly_sheets import MONDAY

PAGE = Path(__file__).parents[2] / "pages" / "weekly_entry.py"
ORDINARY = {"office": ["3", "4", "2", "3", "2"], "open_space": ["2", "2", "1", "2", "2"]}


class Screen:
    """The page of one session, driven by what its reader sees."""

    def __init__(self, **address: str) -> None:
        self.app = AppTest.from_file(str(PAGE), default_timeout=30)
        for name, value in address.items():
            self.app.query_params[name] = value
        self.app.run()

    def type(self, day: date, seat_kind: str, text: str) -> None:
        next(field for field in self.app.text_input if field.key.endswith(f"-{day}-{seat_kind}")).set_value(text)

    def type_week(self, monday: date = MONDAY, people: str = "", **numbers: list[str]) -> None:
        for kind, texts in (numbers or ORDINARY).items():
            for offset, text in enumerate(texts):
                self.type(monday + timedelta(days=offset), kind, text)
        self.people(people)

    def people(self, text: str) -> None:
        next(field for field in self.app.text_input if field.key.endswith("-people")).set_value(text)

    def remark(self, text: str) -> None:
        self.app.text_area[0].set_value(text)

    def state(self, status: str) -> None:
        self.app.radio[0].set_value(status)

    def tick_closed(self, day: date) -> None:
        next(box for box in self.app.checkbox if box.key.endswith(f"closed-{day}")).check()

    def press(self, label: str) -> "Screen":
        next(button for button in self.app.button if button.label == label).click().run()
        assert not self.app.exception
        return self

    def save(self) -> "Screen":
        return self.press("Enregistrer la semaine")

    @property
    def week(self) -> str:
        """The week in the address."""
        value = self.app.query_params["semaine"]
        return value if isinstance(value, str) else value[0]

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.app.button]

    @property
    def errors(self) -> list[str]:
        return [error.value for error in self.app.error]

    @property
    def questions(self) -> list[str]:
        return [warning.value for warning in self.app.warning]

    @property
    def thanks(self) -> list[str]:
        return [success.value for success in self.app.success]

    @property
    def fields(self) -> dict[str, str]:
        """What each field of a day holds, by its label."""
        return {field.label.replace("\n", " "): field.value for field in self.app.text_input}
