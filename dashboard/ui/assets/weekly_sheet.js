// A sheet being filled in with the keyboard: a line a day for one centre, a line a centre for the network. What is typed
// stays in this tab until it is known to be saved, and is kept on the server meanwhile, every two seconds at most and at
// each press.

const ADDRESS = "/brouillon";
const EVERY_MS = 1500;
const AGAIN_MS = 3000;
// Too long for a week is told by a sentence; far beyond, the browser takes none of it.
const MOST_TYPED = 4000;
const PATIENCE_MS = 12000;
const NO_ANSWER = "Pas de réponse du serveur\u00a0: votre saisie reste ici. Enregistrez de nouveau dans un instant.";
const CUT = "Connexion perdue\u00a0: votre saisie reste ici, et sera gardée dès qu’elle revient.";
const NOT_SAVED = "Votre saisie n’est pas enregistrée. Elle est gardée\u00a0: relisez-la, puis enregistrez.";
const UNDOES = "take-back";
const GIVES_UP = new Set(["theirs", "start-again", UNDOES, "next-week"]);

// What was asked and is not answered yet, whatever is drawn meanwhile; and what was waited for long enough.
let asked;
let unanswered;

const several = (number, word) => `${number}\u00a0${word}${number > 1 ? "s" : ""}`;
const NUMBERS = "td input[data-most]";
const said = (one) => (one.type === "checkbox" ? (one.checked ? "1" : "") : one.value);
/** Nothing, as a spreadsheet or the model of the network's sheet writes it. */
const blank = (text) => ["", "—", "-", "–"].includes(text);
const CLOSED = /^f(?:erm[ée]e?)?$/i;

/** What was copied, line by line: as a spreadsheet does, tabs, line ends and quotes around a cell that has either; whole
 * numbers with spaces between them are several values. */
function copied(text) {
  const lines = [];
  const whole = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (const line of whole.matchAll(/((?:"(?:[^"]|"")*"(?=[\t\n]|$)|[^\n])*)(?:\n|$)/g)) {
    if (line.index === whole.length && lines.length) break;
    const cells = [...line[1].matchAll(/(?:^|\t)("(?:[^"]|"")*"(?=\t|$)|[^\t]*)/g)].map(([, cell]) => cell);
    lines.push(cells.map((cell) => (cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell).trim()));
  }
  const [only] = lines;
  if (lines.length === 1 && only.length === 1 && /^\d+(?: +\d+)+$/.test(only[0])) return [only[0].split(/ +/)];
  return lines;
}

/** Whether the first line of a block says what its columns are. */
const titled = ([first, ...others]) =>
  others.length > 0 && first.length > 1 && first.every((cell) => /[a-zà-ÿ]/i.test(cell) && !CLOSED.test(cell));

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

class WeeklySheet {
  constructor(parent) {
    this.root = make("section", { className: "cc-week" });
    this.root.addEventListener("input", () => this.typed());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("paste", (event) => this.paste(event));
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
    const waited = asked ?? unanswered;
    const answered = waited !== undefined && waited !== data.turn && waited.startsWith(`${session}-`);
    const fresh = this.data?.form !== data.form;
    const lost = waited !== undefined && !answered && !waited.startsWith(`${session}-`);
    // The form of another week takes this one's place.
    if (fresh && this.data) this.send();
    this.trigger = trigger;
    this.data = data;
    if (answered || lost) {
      asked = unanswered = undefined;
      this.release();
    }
    if (fresh) this.build(answered);
    else if (answered || data.version === this.version) [this.version, this.token] = [data.version, data.token];
    if (answered || lost) this.kept.replaceChildren();
    this.answer(lost);
    this.count();
    if (answered || lost) this.focusAnswer();
    else if (fresh && document.activeElement.matches("body, h1, .cc-menu a, .cc-deeds a") && matchMedia("(pointer: fine)").matches) {
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
      if (data.recorded || (data.mine && data.version > here.version)) typedHere.forget(data.about);
    } else if (here && here.version === data.version) {
      this.restored = Object.entries(here.fields).some(([name, text]) => !name.startsWith("version-") && values[name] !== text);
      if (this.restored) values = { ...values, ...here.fields };
    } else if (here && (data.mine || here.version > data.version)) {
      typedHere.forget(data.about);
    } else if (here) {
      // Somebody else saved meanwhile: asked about at the next save.
      this.restored = true;
      this.version = here.version;
      this.token = here.token;
      values = { ...values, ...here.fields };
    }
    // What was stored when the sheet was drawn: where several are filled at once, what differs from it alone is sent.
    this.base = data.base;
    this.grid = [];
    this.root.classList.toggle("cc-week-wide", Boolean(data.base));
    this.root.replaceChildren(
      (this.answerBlock = make("div", { className: "cc-week-answer" })),
      ...data.state.map((sentence) => make("p", { className: "cc-note" }, sentence)),
      this.suggestions(),
      (this.pasted = make("p", { className: "cc-week-pasted", role: "alert" })),
      make("div", { className: "cc-week-table" }, this.table(values)),
      (this.total = make("p", { className: "cc-week-total" })),
      ...(data.rest ? [this.rest(values)] : []),
      this.buttons(data.buttons, "cc-week-buttons"),
      (this.kept = make("p", { className: "cc-note", role: "status" })),
      make("p", { className: "cc-note cc-week-keys" }, data.keys),
      make("p", { className: "cc-note" }, data.help),
    );
    for (const { closes } of data.rows) if (closes) this.close(closes.day, Boolean(values[closes.name]));
    if (answered && data.pasted) this.typed();
  }

  table(values) {
    const { data } = this;
    const head = [];
    if (data.groups.length) {
      const groups = data.groups.map(({ label, span }) =>
        make(label ? "th" : "td", { ...(label ? { scope: "colgroup" } : {}), colSpan: span }, label),
      );
      head.push(make("tr", {}, make("td"), ...groups));
    }
    const titles = [data.corner, ...data.columns, ...(data.rows.some(({ closes }) => closes) ? ["Fermé"] : [])];
    head.push(make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title))));
    const rows = data.rows.map(({ title, off, hidden, cells, closes }) => {
      const line = make("tr", {}, make("th", { scope: "row" }, title));
      for (const [name, value] of Object.entries(hidden ?? {})) {
        line.firstChild.append(make("input", { type: "hidden", name, value: values[name] ?? value }));
      }
      if (!cells.length) {
        line.append(make("td", { colSpan: titles.length - 1, className: "cc-week-off" }, off));
        this.grid.push([]);
        return line;
      }
      const drawn = cells.map((cell) => {
        const parts = cell.name ? this.field(cell, values[cell.name], closes?.day) : [cell.none ?? ""];
        line.append(make("td", {}, ...parts));
        return line.lastChild.querySelector("[name]");
      });
      this.grid.push(drawn);
      if (closes) {
        const tick = make("input", { type: "checkbox", name: closes.name, "aria-label": closes.label });
        tick.addEventListener("change", () => this.close(closes.day, tick.checked));
        line.dataset.day = closes.day;
        line.append(make("td", { className: "cc-week-closed" }, make("label", {}, tick)));
      }
      return line;
    });
    return make(
      "table", {},
      make("caption", { className: "cc-unseen" }, data.caption),
      make("thead", {}, ...head),
      make("tbody", {}, ...rows),
    );
  }

  field({ name, label, most, hint, options }, value, day) {
    const about = { name, id: `week-${name}`, "aria-label": label, "aria-describedby": `${hint == null ? "" : `hint-${name} `}fault-${name}` };
    const fault = make("strong", { id: `fault-${name}`, className: "cc-week-fault" });
    if (options) {
      const choices = options.map((option) => make("option", { value: option, selected: option === (value ?? "") }, option));
      return [make("select", about, ...choices), fault];
    }
    const input = make("input", { ...about, value: value ?? "", autocomplete: "off", size: 3, maxLength: MOST_TYPED });
    if (most == null) return [input, fault];
    input.inputMode = "numeric";
    Object.assign(input.dataset, { most, ...(day ? { day } : {}) });
    // In a wide table the label says how many there can be.
    if (hint == null) return [input, fault];
    const number = make("span", { className: "cc-week-number" }, input, make("span", {}, ` / ${most}`));
    return [number, make("small", { id: `hint-${name}` }, hint), fault];
  }

  rest(values) {
    const { data } = this;
    const people = make("input", {
      name: "people", id: "week-people", value: values.people, inputMode: "numeric", autocomplete: "off", size: 4, maxLength: MOST_TYPED,
      "aria-describedby": "fault-people",
    });
    const remark = make("textarea", {
      name: "remark", id: "week-remark", value: values.remark, rows: 2, maxLength: MOST_TYPED, "aria-describedby": "fault-remark",
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
      const button = make("button", { type: "button", className: place || deed === UNDOES ? "" : "cc-week-primary", "data-deed": deed }, label);
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
      const notes = answer.notes.map((note) => make("p", {}, note));
      const sentence = make("p", { id: "week-answer", tabIndex: -1 }, answer.sentence);
      const faults = answer.faults.map(([name, text]) => make("li", {}, this.fault(name, text)));
      answerBlock.append(...notes, sentence, ...(faults.length ? [make("ul", {}, ...faults)] : []), ...this.changes(answer.changes, !faults.length));
      if (answer.buttons.length) answerBlock.append(this.buttons(answer.buttons, "cc-week-buttons"));
    } else if (left) {
      const again = [{ label: "Repartir de ce qui est enregistré", deed: "start-again" }];
      answerBlock.dataset.kind = "asked";
      answerBlock.append(make("p", { id: "week-answer", tabIndex: -1 }, left), this.buttons(again, "cc-week-buttons"));
    }
  }

  /** What saving would change, a line a cell. */
  changes([titles, ...lines], open) {
    if (!lines.length) return [];
    const head = make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title)));
    const rows = lines.map((line) => make("tr", {}, ...line.map((text) => make("td", {}, text))));
    const table = make("table", { className: "cc-week-changes" }, make("thead", {}, head), make("tbody", {}, ...rows));
    return [make("details", { open: open && lines.length <= 12 }, make("summary", {}, "Ce qui change"), table)];
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
    // What was just saved is not taken back by the next press of the Enter key.
    const next = this.answerBlock.querySelector(`button:not([data-deed="${UNDOES}"])`);
    const sentence = this.answerBlock.querySelector("#week-answer");
    if (next) next.setAttribute("aria-describedby", "week-answer");
    (next ?? this.answerBlock.querySelector("a") ?? sentence ?? this.inputs()[0])?.focus();
    this.answerBlock.scrollIntoView({ block: "nearest" });
  }

  // What is typed.

  inputs() {
    return [...this.root.querySelectorAll(`${NUMBERS}:not(:disabled)`)];
  }

  /** What stands in the fields, by their names; where several sheets are filled at once, what was typed alone, and the
   * version of each line that it was typed over. */
  fields() {
    const named = [...this.root.querySelectorAll("[name]")];
    const lines = new Set();
    const sent = this.base ? named.filter((one) => one.type !== "hidden" && said(one) !== this.base[one.name]) : named;
    if (this.base) for (const one of sent) lines.add(one.closest("tr"));
    const versions = this.base ? named.filter((one) => one.type === "hidden" && lines.has(one.closest("tr"))) : [];
    return Object.fromEntries([...sent, ...versions].map((one) => [one.name, said(one)]));
  }

  typed() {
    this.count();
    typedHere.keep(this.data.about, { version: this.version, token: this.token, fields: this.fields() });
    this.waiting = true;
    this.timer ??= setTimeout(() => this.send(), EVERY_MS);
  }

  /** Half-days so far, their share of what is offered, and what the week usually comes to. */
  count() {
    const all = [...this.root.querySelectorAll(NUMBERS)];
    const open = all.filter((one) => !one.disabled && !CLOSED.test(one.value.trim()));
    const offered = open.reduce((sum, one) => sum + Number(one.dataset.most), 0);
    const total = all.reduce((sum, { value }) => sum + (/^\d+$/.test(value.trim()) ? Number(value) : 0), 0);
    const share = offered ? ` (${Math.round((100 * total) / offered)}\u00a0%)` : "";
    const usual = this.data.usual && open.length === all.length ? `, ${this.data.usual}` : "";
    // Nothing typed is no zero.
    const far = all.some(({ value }) => value.trim()) ? `${total} sur ${offered}${share}` : `rien de saisi, sur ${offered}`;
    this.total.textContent = `Total\u00a0: ${far}${usual}`;
  }

  close(day, closed) {
    const row = this.root.querySelector(`tr[data-day="${day}"]`);
    if (!row) return;
    for (const input of row.querySelectorAll(NUMBERS)) {
      input.disabled = closed;
      if (closed) input.value = "";
    }
    row.querySelector("[type=checkbox]").checked = closed;
    row.classList.toggle("cc-week-shut", closed);
  }

  /** Several values pasted into a field fill the cells from there on, whole or not at all, and what they fill is said. */
  paste(event) {
    const { target } = event;
    const row = this.grid.findIndex((cells) => cells.includes(target));
    const lines = copied(event.clipboardData?.getData("text/plain") ?? "");
    if (row < 0 || !lines.length || (lines.length === 1 && lines[0].length === 1)) return;
    event.preventDefault();
    if (this.base && titled(lines)) {
      this.press("paste", { pasted: event.clipboardData.getData("text/plain") });
      return;
    }
    const filled = this.placed(lines, row, this.grid[row].indexOf(target));
    const refused = typeof filled === "string" ? filled : filled.map(([field, text]) => this.refusal(field, text)).find(Boolean);
    this.pasted.toggleAttribute("data-refused", Boolean(refused));
    if (refused) {
      this.pasted.textContent = `Rien n’est collé\u00a0: ${refused}`;
      return;
    }
    const cells = filled.filter(([field]) => field && !field.disabled);
    const over = cells.filter(([field, text]) => field.value.trim() && field.value.trim() !== text);
    const replaced = over.map(([field, text]) => `${this.named(field)} (${field.value.trim()} devient ${text || "vide"})`);
    for (const [field, text] of cells) field.value = blank(text) ? "" : text;
    this.pasted.textContent =
      `${several(cells.length, "case")} remplie${cells.length > 1 ? "s" : ""}, de «\u00a0${this.named(cells[0][0])}\u00a0» à ` +
      `«\u00a0${this.named(cells.at(-1)[0])}\u00a0».` +
      (over.length ? ` Remplacé\u00a0: ${replaced.join("\u00a0; ")}.` : "");
    this.typed();
  }

  /** Each value with its cell, from one on; a sentence when they do not fit. One line longer than that of the table is a
   * list: a value a line to the last one, or all the cells that are left. */
  placed(lines, row, column) {
    const height = this.grid.length - row;
    const width = Math.max(...this.grid.map((cells) => cells.length)) - column;
    const [list] = lines;
    if (lines.length === 1 && list.length > width && !this.base) {
      const left = this.inputs().slice(this.inputs().indexOf(this.grid[row][column]));
      if (list.length === height) return list.map((text, at) => [this.grid[row + at][column], text]);
      if (list.length === left.length) return list.map((text, at) => [left[at], text]);
      return (
        `${list.length} valeurs, et il reste ${several(height, "jour")} et ${several(left.length, "case")} à partir de la case ` +
        "choisie. Collez une valeur par jour ou par case."
      );
    }
    const longest = Math.max(...lines.map((line) => line.length));
    if (lines.length > height || longest > width) {
      return (
        `ce bloc a ${several(lines.length, "ligne")} et ${several(longest, "colonne")}, et il n’en reste que ${height} et ${width} ` +
        `à partir de la case choisie.${this.base ? " Choisissez une autre case, ou copiez aussi sa ligne de titres." : ""}`
      );
    }
    return lines.flatMap((line, down) => line.map((text, along) => [this.grid[row + down][column + along], text]));
  }

  /** Why a value cannot stand in a cell; nothing when it can. */
  refusal(field, text) {
    if (!field || field.disabled) return blank(text) ? "" : `«\u00a0${text}\u00a0» irait dans une case où rien n’est attendu.`;
    if (field.options) {
      const offered = [...field.options].some(({ value }) => value === text);
      return offered ? "" : `«\u00a0${text}\u00a0» n’est pas un état.`;
    }
    if (field.dataset.most === undefined || blank(text) || /^\d{1,4}$/.test(text) || (this.base && CLOSED.test(text))) return "";
    return `«\u00a0${text}\u00a0» n’est pas un nombre entier.${this.base ? " Copiez aussi la ligne de titres." : ""}`;
  }

  named(field) {
    return field.getAttribute("aria-label").replace(/ \([^)]*\)$/, "");
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
    if (event.ctrlKey || event.metaKey || event.altKey || !target.matches?.(NUMBERS)) return;
    const numbers = this.inputs();
    const place = numbers.indexOf(target);
    const letter = event.key.toUpperCase();
    const suggestion = this.data.suggestions.find((each) => each.key === letter);
    const column = numbers.filter((one) => one.closest("td").cellIndex === target.closest("td").cellIndex);
    let next;
    if (letter === "F" && this.base) {
      target.value = CLOSED.test(target.value) ? "" : "fermé";
      next = numbers[place + 1];
      this.typed();
    } else if (letter === "F") {
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

  press(deed, more = {}) {
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
    this.pasted.textContent = "";
    this.root.setAttribute("aria-busy", "true");
    unanswered = undefined;
    this.patience = setTimeout(() => {
      [asked, unanswered] = [undefined, asked];
      this.release();
      this.say(NO_ANSWER);
    }, PATIENCE_MS);
    this.trigger("press", { deed, fields, version: this.version, ...more });
  }

  release() {
    clearTimeout(this.patience);
    this.root.removeAttribute("aria-busy");
  }
}

const drawn = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!drawn.has(parentElement)) drawn.set(parentElement, new WeeklySheet(parentElement));
  const form = drawn.get(parentElement);
  form.show(data, setTriggerValue);
  return () => {
    form.leave();
    drawn.delete(parentElement);
  };
}
