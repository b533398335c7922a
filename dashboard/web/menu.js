// The menu, which the server writes the same for every page of a reader: here its line of the page one is on is marked, and
// its sections stay folded as they were left.
(() => {
  "use strict";
  const LEFT = "cc-menu";
  const title = (section) => section.querySelector("summary").textContent;

  function left() {
    try {
      return JSON.parse(localStorage.getItem(LEFT)) ?? {};
    } catch {
      return {};
    }
  }

  // The width that the menu was left with is kept for it until Streamlit draws it.
  try {
    const folded = Object.keys(localStorage).some(
      (key) => key.startsWith("stSidebarCollapsed") && localStorage.getItem(key) === "true",
    );
    const width = folded ? 0 : (localStorage.getItem("sidebarWidth") ?? 300);
    document.documentElement.style.setProperty("--cc-menu-width", `${Number.parseInt(width, 10)}px`);
  } catch {
    // Where nothing may be kept, it comes unfolded.
  }

  // Open are the section of the page one is on, those opened by hand, and those that the server opens.
  function mark() {
    const opened = left();
    for (const section of document.querySelectorAll(".cc-menu details")) {
      section.dataset.served ??= String(section.open);
      const lines = [...section.querySelectorAll("a")];
      for (const line of lines) {
        if (line.pathname === location.pathname) line.setAttribute("aria-current", "page");
        else line.removeAttribute("aria-current");
      }
      const here = lines.some((line) => line.hasAttribute("aria-current"));
      section.open = here || (opened[title(section)] ?? section.dataset.served === "true");
    }
  }

  // A section folded or opened by hand is remembered.
  document.addEventListener("click", (event) => {
    const section = event.target.closest?.(".cc-menu summary")?.parentElement;
    if (!section) return;
    try {
      // The click opens or folds it after this.
      localStorage.setItem(LEFT, JSON.stringify({ ...left(), [title(section)]: !section.open }));
    } catch {
      // Where nothing may be kept, the menu is as the server wrote it at each visit.
    }
  });

  // On a phone the menu stands over the page: it leaves once a page is chosen.
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".cc-menu a") || innerWidth >= 768) return;
    document.querySelector("[data-testid='stSidebarCollapseButton'] button")?.click();
  });

  addEventListener("popstate", mark);
  // A page that sends to another is told to nobody else.
  const step = history.pushState.bind(history);
  history.pushState = (...where) => {
    step(...where);
    mark();
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && (node.matches(".cc-menu") || node.querySelector(".cc-menu"))) mark();
      }
    }
  }).observe(document, { subtree: true, childList: true });

  // While the first page arrives, what stands under a part that is not drawn yet waits for it (look.css). Then nothing waits for
  // anything any more: a filter costs no more than it must.
  document.documentElement.setAttribute("data-arriving", "");
  const whole = () =>
    document.querySelector("[data-test-script-state='notRunning']") &&
    !document.querySelector("[data-testid='stSkeleton'], .stVegaLiteChart:not(:has(svg)), .stBidiComponent:not(:has(.cc-week))");
  let wholeFor = 0;
  const arriving = setInterval(() => {
    wholeFor = whole() ? wholeFor + 1 : 0;
    if (wholeFor < 3) return;
    document.documentElement.removeAttribute("data-arriving");
    clearInterval(arriving);
  }, 100);
})();
