// « Sur cette page »: a link to a part of the page brings it, and the keyboard goes on from there. Left to the browser, it would
// be a step of the history, which Streamlit takes for another page.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".cc-contents a");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!part) return;
    part.tabIndex = -1;
    part.scrollIntoView();
    part.focus({ preventScroll: true });
  });
})();
