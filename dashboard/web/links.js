// A link of the menu or of a page to another page, and a case of its grid, opens it within the application: Streamlit follows the address that the
// browser says it went back to. With a key held, or another button, the browser does what it always does.
(() => {
  "use strict";
  const EVERY_MS = 100;
  const TRIES = 100;
  // A filter is no step of its own: « Précédent » goes back to the page before, with its filters. Streamlit makes a step of each.
  const step = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const samePage = new URL(address ?? "", location.href).pathname === location.pathname;
    return samePage ? history.replaceState(state, title, address) : step(state, title, address);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cc-link, .cc-grid a, .cc-menu a, .cc-brand a, .cc-deeds a, .cc-places a, a.cc-plain");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href);
  });
  // What the search found.
  addEventListener("cc-go", (event) => go(event.detail));

  function go(address) {
    step(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector("[data-testid='stMain']")?.scrollTo(0, 0);
    const { hash } = new URL(address, location.href);
    if (hash) reach(decodeURIComponent(hash.slice(1)), TRIES);
    else arrive(document.querySelector("h1"), TRIES);
  }

  // The title of the page one comes to has the focus, which says it and goes on from there; unless the page took it.
  function arrive(left, tries) {
    const title = document.querySelector("h1");
    if (!title || title === left) {
      if (tries > 0) setTimeout(() => arrive(left, tries - 1), EVERY_MS);
      return;
    }
    const { activeElement } = document;
    if (activeElement && activeElement !== document.body && !activeElement.matches("a")) return;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  // A part of a page that is still being drawn.
  function reach(id, left) {
    const part = document.getElementById(id);
    part?.closest("details")?.setAttribute("open", "");
    if (part) part.scrollIntoView();
    else if (left > 0) setTimeout(() => reach(id, left - 1), EVERY_MS);
  }
})();
