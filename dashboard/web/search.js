// Ctrl + K, or « Aller à… » in the menu: a page, a place or an indicator by a part of its name, with the keyboard alone.
(() => {
  "use strict";
  const ADDRESS = "/noms";
  const MOST = 12;
  let names;
  let box;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function drawn() {
    const dialog = document.createElement("dialog");
    dialog.className = "cc-search";
    dialog.setAttribute("aria-label", "Chercher une page, un télécentre ou un chiffre");
    dialog.innerHTML =
      '<input type="text" role="combobox" aria-expanded="true" aria-controls="cc-found" aria-autocomplete="list" ' +
      'autocomplete="off" spellcheck="false" aria-label="Chercher" placeholder="Page, télécentre, chiffre…">' +
      '<ul id="cc-found" role="listbox" aria-label="Ce qui correspond"></ul><p role="status"></p>';
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    const field = dialog.querySelector("input");
    field.addEventListener("input", find);
    field.addEventListener("keydown", move);
    return dialog;
  }

  // All the words, each the beginning of one of the name's or of what it is; names that begin so come first.
  function matching(typed) {
    const words = plain(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const begins = (text, word) => ` ${plain(text).replace(/[^\p{L}\p{N}]+/gu, " ")}`.includes(` ${word}`);
    const found = names.filter(([name, what]) => words.every((word) => begins(`${name} ${what}`, word)));
    const rank = ([name]) => (words.every((word) => begins(name, word)) ? 0 : 1);
    return found.sort((one, other) => rank(one) - rank(other)).slice(0, MOST);
  }

  function find() {
    const list = box.querySelector("ul");
    const found = names ? matching(box.querySelector("input").value) : [];
    list.replaceChildren(
      ...found.map(([name, what, address], place) => {
        const line = document.createElement("li");
        const link = document.createElement("a");
        const aside = document.createElement("span");
        line.id = `cc-found-${place}`;
        line.setAttribute("role", "option");
        link.href = address;
        link.tabIndex = -1;
        link.textContent = name;
        aside.textContent = what;
        line.append(link, aside);
        line.addEventListener("click", () => go(line));
        return line;
      }),
    );
    box.querySelector("p").textContent = found.length ? "" : names ? "Rien ne porte ce nom." : "Le serveur ne répond pas.";
    choose(list.firstElementChild);
  }

  function choose(line) {
    for (const each of box.querySelectorAll("li")) each.setAttribute("aria-selected", String(each === line));
    box.querySelector("input").setAttribute("aria-activedescendant", line?.id ?? "");
    line?.scrollIntoView({ block: "nearest" });
  }

  function move(event) {
    const chosen = box.querySelector("[aria-selected='true']");
    const to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (to && chosen?.[to]) choose(chosen[to]);
    if (event.key === "Enter" && chosen) go(chosen);
    if (to || event.key === "Enter") event.preventDefault();
  }

  function go(line) {
    box.close();
    dispatchEvent(new CustomEvent("cc-go", { detail: line.querySelector("a").href }));
  }

  async function open() {
    if (document.querySelector("dialog[open]")) return;
    box ??= drawn();
    const answer = await fetch(ADDRESS, { cache: "no-store" }).catch(() => undefined);
    names = answer?.ok ? await answer.json() : undefined;
    // It stands beside the application, and looks like it.
    const { color, backgroundColor, fontFamily } = getComputedStyle(document.querySelector("[data-testid='stApp']"));
    Object.assign(box.style, { color, backgroundColor, fontFamily });
    box.querySelector("input").value = "";
    box.showModal();
    find();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".cc-search-button")) open();
  });
})();
