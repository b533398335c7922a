// Keeps on the server what is being typed in a form that asks for it (`cc-draft`), shortly after each change, and again
// until it was received: a lost connection loses nothing. After a save it brings the answer into view.
(() => {
  "use strict";
  const ADDRESS = "/brouillon";
  const AFTER_MS = 600;
  const AGAIN_MS = 3000;
  let timer;
  let waiting;
  // The form whose button was pressed: what it holds is being recorded, and is no draft any more.
  let sentToken;

  const marker = (element) => element?.closest("[data-testid='stForm']")?.querySelector(".cc-draft");

  function fields(form, prefix) {
    const found = {};
    for (const box of form.querySelectorAll(`[class*="st-key-${prefix}"]`)) {
      const key = [...box.classList].find((name) => name.startsWith(`st-key-${prefix}`));
      const name = key.slice(`st-key-${prefix}`.length);
      const radios = [...box.querySelectorAll("input[type=radio]")];
      const tick = box.querySelector("input[type=checkbox]");
      const text = box.querySelector("input:not([type=radio]):not([type=checkbox]), textarea");
      if (radios.length) found[name] = String(radios.findIndex((radio) => radio.checked));
      else if (tick) found[name] = tick.checked ? "1" : "";
      else if (text) found[name] = text.value;
    }
    return found;
  }

  function say(token, sentence) {
    const shown = [...document.querySelectorAll(".cc-draft")].find((one) => one.dataset.token === token);
    if (shown) shown.textContent = sentence;
  }

  async function send() {
    clearTimeout(timer);
    const sending = waiting;
    if (!sending) return;
    let reason = "Connexion perdue\u00a0: votre saisie reste ici, et sera gardée dès qu’elle revient.";
    try {
      const body = JSON.stringify(sending);
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(ADDRESS, { method: "POST", headers, body, keepalive: body.length < 60000 });
      const reply = await answer.json();
      if (waiting === sending) waiting = undefined;
      if (answer.status >= 500) {
        reason = reply.message;
        throw new Error(reason);
      }
      say(sending.token, answer.ok ? `Brouillon gardé à ${reply.kept_at}.` : reply.message);
    } catch {
      waiting ??= sending;
      say(sending.token, reason);
      timer = setTimeout(send, AGAIN_MS);
    }
  }

  function typed(event) {
    const mark = marker(event.target);
    if (!mark || mark.dataset.token === sentToken) return;
    // Read a moment later: a tick shows its new state once its own code has run.
    clearTimeout(timer);
    timer = setTimeout(() => {
      const form = mark.closest("[data-testid='stForm']");
      if (!form || !mark.isConnected || mark.dataset.token === sentToken) return;
      waiting = { token: mark.dataset.token, fields: fields(form, mark.dataset.prefix) };
      send();
    }, AFTER_MS);
  }

  function pressed(target) {
    const mark = marker(target);
    if (!mark || !target.closest("[data-testid='stFormSubmitButton']")) return;
    sentToken = mark.dataset.token;
    clearTimeout(timer);
    waiting = undefined;
  }

  document.addEventListener("input", typed, true);
  document.addEventListener("change", typed, true);
  document.addEventListener("click", (event) => pressed(event.target), true);
  window.addEventListener("online", send);

  // A number that is already there is replaced by what is typed, as with the Tab key: 2 must not become 23. Only the click
  // that gives the focus does it, so that the next one may still put the caret between two figures.
  let entered;
  document.addEventListener("mousedown", ({ target }) => {
    entered = target.type === "tel" && target !== document.activeElement && marker(target) ? target : undefined;
  });
  document.addEventListener("mouseup", ({ target }) => {
    if (target === entered && target.selectionStart === target.selectionEnd) target.select();
  });
  window.addEventListener("pagehide", send);

  // The answer to a save stands above the fields, which may be far below it on a telephone.
  let answered;
  new MutationObserver(() => {
    const answer = document.querySelector(".cc-answer");
    const text = answer?.dataset.answer;
    if (text === answered) return;
    const first = answered === undefined;
    answered = text;
    if (text && !first) answer.scrollIntoView({ block: "center" });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-answer"] });
})();
