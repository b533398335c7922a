// The button « Copier le lien »: copies the address of the page with its filters. Where the browser keeps its clipboard to
// itself (a plain http address, a permission refused), the address is shown selected, ready for Ctrl + C.
(() => {
  "use strict";
  const SHOWN_MS = 4000;
  let timer;

  function say(box, sentence) {
    clearTimeout(timer);
    box.querySelector(".cc-share-said").textContent = sentence;
    timer = setTimeout(() => say(box, ""), SHOWN_MS);
  }

  async function given(address) {
    try {
      await navigator.clipboard.writeText(address);
      return true;
    } catch {
      return false;
    }
  }

  function shown(box, address) {
    const field = box.querySelector("input") ?? document.createElement("input");
    field.readOnly = true;
    field.value = address;
    field.setAttribute("aria-label", "Lien de cette page");
    box.append(field);
    field.focus();
    field.select();
    return document.execCommand("copy");
  }

  document.addEventListener("click", async (event) => {
    const box = event.target.closest?.(".cc-share-button")?.closest(".cc-share");
    if (!box) return;
    const address = location.href;
    if ((await given(address)) || shown(box, address)) {
      box.querySelector("input")?.remove();
      say(box, "Lien copié");
      box.querySelector("button").focus();
    } else {
      say(box, "Ctrl\u00a0+\u00a0C pour copier");
    }
  });
})();
