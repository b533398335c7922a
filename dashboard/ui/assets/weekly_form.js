// The weekly form: one table of days and seat kinds, filled with the keyboard. What is typed stays in this tab until it is
// known to be saved, and is kept on the server meanwhile, every two seconds at most and at each press.

const ADDRESS = "/brouillon";
const EVERY_MS = 1500;
const AGAIN_MS = 3000;
const PATIENCE_MS = 12000;
const NO_ANSWER = "Pas de réponse du serveur\u00a0: votre saisie reste ici. Enregistrez de nouveau dans un instant.";
const CUT = "Connexion perdue\u00a0: votre saisie reste ici, et sera gardée dès qu’elle revient.";
const NOT_SAVED = "Votre saisie n’est pas enregistrée. Elle est gardée\u00a0: relisez-la, puis enregistrez.";
const GIVES_UP = new Set(["theirs", "start-again", "take-back", "next-week"]);

// What was asked and is not answered yet, whatever is drawn meanwhile.
let asked;

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute in element && attribute !== "list") element[attribute] = value;
    else element.setAttribute(attribute, value);
  }
  element.append(...children);
  return element;
};

/** What was typed in this tab about a sheet, until it is known to be saved; a tab that was closed forgets it. */
const typedHere = {
  read(about) {
    try {
      return JSON.parse(sessionStorage.getItem(`weekly ${about}`));
    } catch {
      return null;
    }
  },
  keep(about, typed) {
    try {
      sessionStorage.setItem(`weekly ${about}`, JSON.stringify(typed));
    } catch {
      // A browser that keeps nothing: the server does.
    }
  },
  forget(about) {
    sessionStorage.removeItem(`weekly ${about}`);
  },
};

class WeeklyForm {
  constructor(parent) {
    this.root = make("section", { className: "cc-week" });
    this.root.addEventListener("input", () => this.typed());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("mousedown", ({ target }) => {
      this.clicked = target !== document.activeElement && target.matches("td input") ? target : undefined;
    });
    this.root.addEventListener("mouseup", ({ target }) => {
      if (target === this.clicked && target.selectionStart === target.selectionEnd) target.select();
    });
    for (const sign of ["keydown", "mousedown", "input", "focusout"]) {
      this.root.addEventListener(sign, ({ target }) => {
        // A window that is left for another keeps its place.
        if (sign !== "focusout" || target !== document.activeElement) delete this.root.dataset.untouched;
      });
    }
    this.anywhere = (event) => {
      if (event.target === document.body) this.key(event);
    };
    this.leaving = () => this.send();
    document.addEventListener("keydown", this.anywhere);
    window.addEventListener("pagehide", this.leaving);
    window.addEventListener("online", this.leaving);
    parent.append(this.root);
  }

  leave() {
    this.send();
    document.removeEventListener("keydown", this.anywhere);
    window.removeEventListener("pagehide", this.leaving);
    window.removeEventListener("online", this.leaving);
  }

  // What Streamlit says, at each run.

  show(data, trigger) {
    const [session] = data.turn.split("-");
    const answered = asked !== undefined && asked !== data.turn && asked.startsWith(`${session}-`);
    const fresh = this.data?.form !== data.form;
    const lost = asked !== undefined && !answered && !asked.startsWith(`${session}-`);
    // The form of another week takes this one's place.
    if (fresh && this.data) this.send();
    this.trigger = trigger;
    this.data = data;
    if (answered || lost) {
      asked = undefined;
      this.release();
    }
    if (fresh) this.build(answered);
    else if (answered || data.version === this.version) [this.version, this.token] = [data.version, data.token];
    this.answer(lost);
    this.count();
    if (answered || lost) this.focusAnswer();
    else if (fresh && document.activeElement === document.body && matchMedia("(pointer: fine)").matches) {
      this.enter(this.inputs()[0]);
      // Nobody is at work in a field that the page itself chose: news may still be drawn (news.js).
      this.root.dataset.untouched = "";
    }
  }

  /** A form of its own: its fields hold what the server says, unless this tab knows of something typed since. */
  build(answered) {
    const { data } = this;
    const here = typedHere.read(data.about);
    this.version = data.version;
    this.token = data.token;
    this.restored = false;
    let values = data.values;
    if (here && answered) {
      if (data.mine && data.version > here.version) typedHere.forget(data.about);
    } else if (here && here.version === data.version) {
      this.restored = Object.entries(here.fields).some(([name, text]) => values[name] !== text);
      values = { ...values, ...here.fields };
    } else if (here && (data.mine || here.version > data.version)) {
      typedHere.forget(data.about);
    } else if (here) {
      // Somebody else saved meanwhile: asked about at the next save.
      this.restored = true;
      this.version = here.version;
      this.token = here.token;
      values = { ...values, ...here.fields };
    }
    this.root.replaceChildren(
      (this.answerBlock = make("div", { className: "cc-week-answer" })),
      make("p", { className: "cc-note" }, data.state),
      this.suggestions(),
      this.table(values),
      (this.total = make("p", { className: "cc-week-total" })),
      this.rest(values),
      this.buttons(data.buttons, "cc-week-buttons"),
      (this.kept = make("p", { className: "cc-note", role: "status" })),
      make("p", { className: "cc-note cc-week-keys" }, data.keys),
      make("p", { className: "cc-note" }, data.help),
    );
    for (const { day } of data.days) this.close(day, Boolean(values[`closed-${day}`]));
  }

  table(values) {
    const { data } = this;
    const head = make(
      "tr", {},
      make("th", { scope: "col" }, "Jour"),
      ...data.kinds.map(({ label }) => make("th", { scope: "col" }, label)),
      make("th", { scope: "col" }, "Fermé"),
    );
    const rows = data.days.map((day) => {
      const title = make("th", { scope: "row" }, day.title);
      if (!Object.keys(day.fields).length) {
        return make("tr", {}, title, make("td", { colSpan: data.kinds.length + 1, className: "cc-week-off" }, day.off));
      }
      const cells = data.kinds.map(({ code }) => {
        const field = day.fields[code];
        return field ? make("td", {}, ...this.field(field, values[field.name], day.day)) : make("td");
      });
      const tick = make("input", {
        type: "checkbox", name: `closed-${day.day}`, checked: Boolean(values[`closed-${day.day}`]), "aria-label": `Fermé ${day.weekday}`,
      });
      tick.addEventListener("change", () => this.close(day.day, tick.checked));
      return make("tr", { "data-day": day.day }, title, ...cells, make("td", { className: "cc-week-closed" }, make("label", {}, tick)));
    });
    return make(
      "table", {},
      make("caption", { className: "cc-unseen" }, data.caption),
      make("thead", {}, head),
      make("tbody", {}, ...rows),
    );
  }

  field({ name, label, most, hint }, value, day) {
    const input = make("input", {
      name, value: value ?? "", id: `week-${name}`, inputMode: "numeric", autocomplete: "off", "aria-label": label,
      "aria-describedby": `hint-${name} fault-${name}`, "data-day": day, size: 3,
    });
    return [
      make("span", { className: "cc-week-number" }, input, make("span", {}, ` / ${most}`)),
      make("small", { id: `hint-${name}` }, hint),
      make("strong", { id: `fault-${name}`, className: "cc-week-fault" }),
    ];
  }

  rest(values) {
    const { data } = this;
    const people = make("input", {
      name: "people", id: "week-people", value: values.people, inputMode: "numeric", autocomplete: "off", size: 4,
      "aria-describedby": "fault-people",
    });
    const remark = make("textarea", {
      name: "remark", id: "week-remark", value: values.remark, rows: 2, "aria-describedby": "fault-remark",
    });
    const fault = (name) => make("strong", { id: `fault-${name}`, className: "cc-week-fault" });
    return make(
      "div", { className: "cc-week-rest" },
      make("div", {}, make("label", { htmlFor: "week-people" }, data.people), people, fault("people")),
      make("div", {}, make("label", { htmlFor: "week-remark" }, data.remark), remark, fault("remark")),
    );
  }

  suggestions() {
    const buttons = this.data.suggestions.map((each) => {
      const button = make("button", { type: "button" }, `${each.label} `, make("kbd", {}, each.key));
      button.addEventListener("click", () => this.take(each));
      return button;
    });
    return make("div", { className: "cc-week-buttons" }, ...buttons);
  }

  buttons(buttons, className) {
    const drawn = buttons.map(({ label, deed }, place) => {
      const button = make("button", { type: "button", className: place ? "" : "cc-week-primary", "data-deed": deed }, label);
      button.addEventListener("click", () => this.press(deed));
      return button;
    });
    return make("div", { className }, ...drawn);
  }

  /** What came of a press, or what was left here: one place, above the fields; each fault also beside its field. */
  answer(lost) {
    const { answer, resumed } = this.data;
    const { answerBlock } = this;
    for (const mark of this.root.querySelectorAll(".cc-week-fault")) mark.textContent = "";
    for (const field of this.root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    answerBlock.replaceChildren();
    answerBlock.dataset.kind = answer?.kind ?? "";
    const left = resumed || (this.restored || (lost && answer?.kind !== "done") ? NOT_SAVED : "");
    if (answer) {
      const sentence = make("p", { id: "week-answer", tabIndex: -1 }, answer.sentence);
      const faults = answer.faults.map(([name, text]) => make("li", {}, this.fault(name, text)));
      answerBlock.append(sentence, ...(faults.length ? [make("ul", {}, ...faults)] : []));
      if (answer.buttons.length) answerBlock.append(this.buttons(answer.buttons, "cc-week-buttons"));
    } else if (left) {
      const again = [{ label: "Repartir de ce qui est enregistré", deed: "start-again" }];
      answerBlock.dataset.kind = "asked";
      answerBlock.append(make("p", { id: "week-answer", tabIndex: -1 }, left), this.buttons(again, "cc-week-buttons"));
    }
  }

  fault(name, text) {
    const field = this.root.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field) return text;
    field.setAttribute("aria-invalid", "true");
    document.getElementById(`fault-${name}`).textContent = `▲ ${text}`;
    const link = make("a", { href: `#week-${name}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      field.focus();
    });
    return link;
  }

  focusAnswer() {
    const next = this.answerBlock.querySelector("button");
    const sentence = this.answerBlock.querySelector("#week-answer");
    if (next) next.setAttribute("aria-describedby", "week-answer");
    (next ?? this.answerBlock.querySelector("a") ?? sentence ?? this.inputs()[0])?.focus();
    this.answerBlock.scrollIntoView({ block: "nearest" });
  }

  // What is typed.

  inputs() {
    return [...this.root.querySelectorAll("td input:not([type=checkbox]):not(:disabled)")];
  }

  fields() {
    const named = [...this.root.querySelectorAll("[name]")];
    return Object.fromEntries(named.map((one) => [one.name, one.type === "checkbox" ? (one.checked ? "1" : "") : one.value]));
  }

  typed() {
    this.count();
    typedHere.keep(this.data.about, { version: this.version, token: this.token, fields: this.fields() });
    this.waiting = true;
    this.timer ??= setTimeout(() => this.send(), EVERY_MS);
  }

  /** Half-days so far, their share of what is offered, and what the week usually comes to. */
  count() {
    const all = [...this.root.querySelectorAll("td input:not([type=checkbox])")];
    const numbers = all.map(({ value }) => (/^\d+$/.test(value.trim()) ? Number(value) : 0));
    const offered = all.reduce((sum, one) => sum + (one.disabled ? 0 : Number(one.nextSibling.textContent.slice(3))), 0);
    const total = numbers.reduce((sum, number) => sum + number, 0);
    const share = offered ? ` (${Math.round((100 * total) / offered)}\u00a0%)` : "";
    const usual = this.data.usual && !all.some((one) => one.disabled) ? `, ${this.data.usual}` : "";
    // Nothing typed is no zero.
    const far = all.some(({ value }) => value.trim()) ? `${total} sur ${offered}${share}` : `rien de saisi, sur ${offered}`;
    this.total.textContent = `Total\u00a0: ${far}${usual}`;
  }

  close(day, closed) {
    const row = this.root.querySelector(`tr[data-day="${day}"]`);
    if (!row) return;
    for (const input of row.querySelectorAll("input:not([type=checkbox])")) {
      input.disabled = closed;
      if (closed) input.value = "";
    }
    row.querySelector("[type=checkbox]").checked = closed;
    row.classList.toggle("cc-week-shut", closed);
  }

  take({ figures }) {
    for (const input of this.inputs()) if (!input.value.trim()) input.value = figures[input.name] ?? "";
    this.typed();
  }

  key(event) {
    const { target } = event;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.press(this.data.buttons[0].deed);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !target.matches?.("td input")) return;
    const numbers = this.inputs();
    const place = numbers.indexOf(target);
    const letter = event.key.toUpperCase();
    const suggestion = this.data.suggestions.find((each) => each.key === letter);
    const column = numbers.filter((one) => one.parentElement.parentElement.cellIndex === target.parentElement.parentElement.cellIndex);
    let next;
    if (letter === "F") {
      const { day } = target.closest("tr").dataset;
      const shut = !this.root.querySelector(`[name="closed-${day}"]`).checked;
      next = shut ? numbers.slice(place + 1).find((one) => one.dataset.day !== day) ?? this.root.querySelector("#week-people") : undefined;
      this.close(day, shut);
      this.typed();
    } else if (suggestion) this.take(suggestion);
    else if (event.key === "Enter") next = numbers[place + 1] ?? this.root.querySelector("#week-people");
    else if (event.key === "ArrowDown") next = column[column.indexOf(target) + 1];
    else if (event.key === "ArrowUp") next = column[column.indexOf(target) - 1];
    else return;
    event.preventDefault();
    this.enter(next);
  }

  /** A number that is already there is replaced by what is typed, as with the Tab key: 2 must not become 23. */
  enter(field) {
    field?.focus();
    field?.select();
  }

  // What is sent: a draft, and a press.

  async send() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.waiting) return;
    this.waiting = false;
    const { about } = this.data;
    try {
      const body = JSON.stringify({ token: this.token, fields: this.fields() });
      const answer = await fetch(ADDRESS, { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true });
      const reply = await answer.json();
      if (answer.status >= 500) throw new Error(reply.message);
      if (about !== this.data.about) return;
      const said = answer.ok ? reply.kept_at && `Brouillon gardé à ${reply.kept_at}.` : reply.message;
      this.say(said, answer.status === 403);
    } catch (error) {
      this.waiting = true;
      this.timer ??= setTimeout(() => this.send(), AGAIN_MS);
      this.say(error instanceof TypeError ? CUT : error.message);
    }
  }

  say(sentence, signedOut = false) {
    this.kept.replaceChildren(sentence);
    if (!signedOut) return;
    const back = `/connexion?suite=${encodeURIComponent(location.pathname + location.search)}`;
    this.kept.append(" ", make("a", { href: back, target: "_self" }, "Se reconnecter"));
  }

  press(deed) {
    if (asked !== undefined) return;
    const fields = this.fields();
    if (GIVES_UP.has(deed)) {
      this.waiting = false;
      clearTimeout(this.timer);
      if (deed !== "next-week") typedHere.forget(this.data.about);
    } else {
      this.typed();
      this.send();
    }
    asked = this.data.turn;
    this.root.setAttribute("aria-busy", "true");
    this.patience = setTimeout(() => {
      asked = undefined;
      this.release();
      this.say(NO_ANSWER);
    }, PATIENCE_MS);
    this.trigger("press", { deed, fields, version: this.version });
  }

  release() {
    clearTimeout(this.patience);
    this.root.removeAttribute("aria-busy");
  }
}

const drawn = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!drawn.has(parentElement)) drawn.set(parentElement, new WeeklyForm(parentElement));
  const form = drawn.get(parentElement);
  form.show(data, setTriggerValue);
  return () => {
    form.leave();
    drawn.delete(parentElement);
  };
}
