// A block pasted into the sheet of all centres goes in whole or not at all: the table itself cuts off, without a word, what
// would lie beyond its last line or column. `cc-paste` is where the page lets it be said.
(() => {
  "use strict";

  // As a spreadsheet copies: tabs, line ends, and quotes around a cell that has either.
  const cellsOf = (text) =>
    text
      .replace(/\r\n?/g, "\n")
      .replace(/"(?:[^"]|"")*"(?=[\t\n]|$)/g, "cell")
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => line.split("\t").length);
  const several = (number, word) => `${number}\u00a0${word}${number > 1 ? "s" : ""}`;

  window.addEventListener(
    "paste",
    (event) => {
      const grid = document.activeElement?.closest("[data-testid='stDataFrame']")?.querySelector("table[role='grid']");
      const place = grid?.closest("[data-testid='stForm']")?.querySelector(".cc-paste");
      const text = event.clipboardData?.getData("text/plain");
      if (!place || !text) return;
      // The cell chosen, or the first one until the table says which.
      const chosen = grid.contains(document.activeElement) ? document.activeElement : grid.querySelector("td[aria-selected='true']");
      const at = /^glide-cell-(\d+)-(\d+)$/.exec(chosen?.id ?? "") ?? [0, 0, 0];
      place.textContent = "";
      const lines = cellsOf(text);
      const [height, width] = [lines.length, Math.max(...lines)];
      const columns = Number(grid.getAttribute("aria-colcount")) - Number(at[1]);
      const rows = Number(grid.getAttribute("aria-rowcount")) - 1 - Number(at[2]);
      if (height <= rows && width <= columns) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      place.textContent =
        `Rien n’est collé\u00a0: ce bloc a ${several(height, "ligne")} et ${several(width, "colonne")}, et il n’en reste que ` +
        `${rows} et ${columns} à partir de la case choisie. Choisissez une autre case, ou collez-le avec ses titres dans ` +
        "«\u00a0Coller un tableau entier\u00a0».";
    },
    true,
  );
})();
