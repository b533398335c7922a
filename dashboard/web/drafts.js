// Keeps on the server what is being typed in a form that asks for it (`cc-draft`): every second and a half while it
// changes, and whenever its author presses or leaves something.
(() => {
  "use strict";
  const ADDRESS = "/brouillon";
  const EVERY_MS = 1500;
  // What each form held when it was last looked at, by its token.
  const seen = new Map();

  function fields(dataset, form) {
    const found = { request_key: dataset.requestKey };
    for (const box of form.querySelectorAll(`[class*="st-key-${dataset.prefix}"]`)) {
      const begins = `st-key-${dataset.prefix}`;
      const name = [...box.classList].find((each) => each.startsWith(begins)).slice(begins.length);
      const tick = box.querySelector("input[type=checkbox]");
      const text = box.querySelector("input:not([type=checkbox]), textarea");
      if (tick) found[name] = tick.checked ? "1" : "";
      else if (text) found[name] = text.value;
    }
    return found;
  }

  function look() {
    for (const mark of document.querySelectorAll(".cc-draft[data-token]")) {
      const form = mark.closest("[data-testid='stForm']");
      if (!form) continue;
      const { token } = mark.dataset;
      const body = JSON.stringify({ token, fields: fields(mark.dataset, form) });
      const before = seen.get(token);
      seen.set(token, body);
      if (before !== undefined && before !== body) send(mark, token, body);
    }
  }

  async function send(mark, token, body) {
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(ADDRESS, { method: "POST", headers, body, keepalive: body.length < 60000 });
      const reply = await answer.json();
      mark.textContent = answer.ok ? `Gardé à ${reply.kept_at}, pas encore enregistré.` : reply.message;
      if (answer.status >= 500) seen.set(token, "");
    } catch {
      seen.set(token, "");
      mark.textContent = "Connexion perdue\u00a0: votre saisie reste ici, et sera gardée dès qu’elle revient.";
    }
  }

  setInterval(look, EVERY_MS);
  document.addEventListener("click", look, true);
  for (const leaving of ["popstate", "pagehide", "online"]) window.addEventListener(leaving, look, true);
})();
