// Has the page drawn again when anybody, anywhere, has written something of what it shows. The page says of what
// (`data-of`) and which state (`cc-shown`), the server says which one is stored; where they differ, its button is pressed.
(() => {
  "use strict";
  const EVERY_MS = 700;
  const ADDRESS = "/nouveautes";
  // The state a press was made for: a page that cannot be drawn is asked once, not for ever.
  let pressedFor;
  let asking = false;

  const mark = () => document.querySelector(".cc-shown")?.dataset;
  const shown = () => mark()?.version;
  const button = () => document.querySelector(".st-key-data-news button");
  // Back, or the menu, was pressed and its page is not drawn yet: a press of the page that is left would come after, and call it back.
  const left = () => document.querySelector("h1[data-page]")?.dataset.page !== location.pathname.split("/").pop();
  // What is being typed or chosen is never drawn again under the hands of its author.
  const busy = () =>
    left() ||
    document.activeElement?.closest(
      "[data-testid='stForm'], .cc-week:not([data-untouched]), [role='listbox'], [data-baseweb='popover']",
    ) ||
    document.querySelector("[data-baseweb='popover'], [data-testid='stApp'][data-test-script-state='running']");

  async function look() {
    const here = shown();
    if (here === undefined || document.hidden || asking || busy()) return;
    asking = true;
    try {
      const answer = await fetch(`${ADDRESS}?de=${mark().of}`, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      const stored = answer.ok ? (await answer.text()).trim() : here;
      if (stored !== here && stored !== pressedFor && shown() === here && !busy()) {
        pressedFor = stored;
        button()?.click();
      }
    } catch {
      // No connection: Streamlit says so itself, and the next look finds out.
    } finally {
      asking = false;
    }
  }

  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
})();
