// The tabs of a figure: its chart, its table, its files. The server sends them all; here one is shown, and stays so while the
// filters change. A word that the browser finds in a table brings that table.
(() => {
  "use strict";
  const TABS = ".cc-tabs";
  const PANELS = ".cc-panel, [class*='st-key-panel-']";
  const chosen = new Map();

  const listOf = (figure) => document.querySelector(`${TABS}[data-figure="${figure}"]`);
  const figureOf = (panel) => panel.dataset.figure ?? /st-key-panel-([\w-]+)/.exec(panel.className)[1];

  // What a tab shows: a part of the page that we write, or one that Streamlit draws, which has no words of its own for it.
  function panels(figure, name) {
    if (name === "files") return [...document.querySelectorAll(`#panel-${figure}-files`)];
    if (name === "table") return [...document.querySelectorAll(`#panel-${figure}-table, .st-key-panel-${figure}`)];
    const within = document.querySelector(`.st-key-figure-${figure}`);
    const chart = within?.querySelector(".cc-drawn") ?? within?.querySelector(".stVegaLiteChart")?.closest("[data-testid='stElementContainer']");
    return chart ? [chart] : [];
  }

  function show(list) {
    const { figure } = list.dataset;
    const name = chosen.get(figure) ?? "chart";
    for (const tab of list.children) {
      const here = tab.dataset.panel === name;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
      for (const panel of panels(figure, tab.dataset.panel)) {
        panel.id ||= `panel-${figure}-${tab.dataset.panel}${panel.matches("[class*='st-key-panel-']") ? "-long" : ""}`;
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", tab.id);
        panel.toggleAttribute("data-left", !here);
        if (!panel.matches(".cc-panel")) continue;
        if (here) panel.removeAttribute("hidden");
        else panel.setAttribute("hidden", tab.dataset.panel === "table" ? "until-found" : "");
      }
    }
  }

  function choose(list, name) {
    chosen.set(list.dataset.figure, name);
    show(list);
    if (name !== "table" || document.getElementById(`panel-${list.dataset.figure}-table`)?.matches(".cc-panel")) return;
    // A table too long to be sent before it is asked for.
    document.querySelector(`.st-key-panel-${list.dataset.figure} details:not([open]) > summary`)?.click();
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.(`${TABS} [role='tab']`);
    if (tab) choose(tab.parentElement, tab.dataset.panel);
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(`${TABS} [role='tab']`);
    if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
    const tabs = [...tab.parentElement.children];
    const ways = { ArrowRight: tabs.indexOf(tab) + 1, ArrowLeft: tabs.indexOf(tab) - 1, Home: 0, End: -1 };
    if (!(event.key in ways)) return;
    event.preventDefault();
    const next = tabs.at(ways[event.key] % tabs.length);
    choose(tab.parentElement, next.dataset.panel);
    next.focus();
  });

  document.addEventListener("beforematch", (event) => {
    const panel = event.target.closest?.(".cc-panel");
    const list = panel && listOf(panel.dataset.figure);
    if (list) choose(list, "table");
  });

  new MutationObserver((changes) => {
    const drawn = new Set();
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        for (const list of [node.closest(TABS), ...node.querySelectorAll(TABS)]) if (list) drawn.add(list);
        for (const panel of [node.closest(PANELS), ...node.querySelectorAll(PANELS)]) {
          const list = panel && listOf(figureOf(panel));
          if (list) drawn.add(list);
        }
        const chart = node.closest(".stVegaLiteChart")?.closest("[class*='st-key-figure-']")?.querySelector(TABS);
        if (chart) drawn.add(chart);
      }
    }
    drawn.forEach(show);
  }).observe(document, { subtree: true, childList: true });
})();
