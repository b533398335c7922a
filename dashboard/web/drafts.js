// Keeps on the server what is being typed in a form that asks for it (`cc-draft`): every second and a half while it
// changes, and whenever its author presses, changes or leaves something. Until the server has it, it stays in this tab: what is typed
// after a session ended is sent again once its author has signed in, and the page is drawn with it.
(() => {
  "use strict";
  const ADDRESS = "/brouillon";
  const EVERY_MS = 1500;
  const LEFT = "typed ";
  const TOO_OLD_MS = 18 * 3600 * 1000;
  // What each form held when it was last looked at; and those typed in before they were looked at.
  const seen = new Map();
  const touched = new Set();
  // A form is drawn again with another token; one that is begun anew has another key for what it will record.
  const named = ({ prefix, requestKey }) => `${prefix} ${requestKey}`;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  // What did not arrive is sent at the next look.
  const again = (form) => seen.delete(form) && touched.add(form);
  const boxes = ({ prefix }) => `[class*="st-key-${prefix}"]`;

  function fields(dataset) {
    const found = { request_key: dataset.requestKey };
    for (const box of document.querySelectorAll(boxes(dataset))) {
      const begins = `st-key-${dataset.prefix}`;
      const name = [...box.classList].find((each) => each.startsWith(begins)).slice(begins.length);
      const tick = box.querySelector("input[type=checkbox]");
      const text = box.querySelector("input:not([type=checkbox]), textarea");
      if (box.querySelector("[data-testid=stMultiSelect]")) found[name] = chosen(box).join("\n");
      else if (tick) found[name] = tick.checked ? "1" : "";
      else if (text) found[name] = text.value;
    }
    return { ...found, ...JSON.parse(dataset.known) };
  }

  const chosen = (box) => [...box.querySelectorAll("[role=group] [data-tag]:not(template *)")].map((tag) => tag.ariaLabel);

  function look() {
    for (const mark of document.querySelectorAll(".cc-draft[data-token]")) {
      const form = named(mark.dataset);
      const before = seen.get(form);
      // What is not on the page any more is being taken off it: it holds what it held.
      const held = { ...before, ...fields(mark.dataset) };
      seen.set(form, held);
      if (before ? !same(before, held) : touched.has(form)) {
        const body = JSON.stringify({ token: mark.dataset.token, fields: held });
        leave(form, body);
        send(mark, form, held, body);
      }
    }
  }

  function leave(form, body) {
    try {
      sessionStorage.setItem(LEFT + form, JSON.stringify({ body, at: Date.now() }));
    } catch {
      // A browser that keeps nothing: the server does.
    }
  }

  const post = (body) =>
    fetch(ADDRESS, { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: body.length < 60000 });

  async function send(mark, form, sent, body) {
    try {
      const answer = await post(body);
      const reply = await answer.json();
      mark.textContent = answer.ok ? `Gardé à ${reply.kept_at}, pas encore enregistré.` : reply.message;
      if (answer.ok && seen.get(form) && same(seen.get(form), sent)) sessionStorage.removeItem(LEFT + form);
      if (answer.status === 403) mark.append(" ", signIn());
      if (answer.status >= 500) again(form);
    } catch {
      again(form);
      mark.textContent = "Connexion perdue\u00a0: votre saisie reste ici, et sera gardée dès qu’elle revient.";
    }
  }

  function signIn() {
    const link = document.createElement("a");
    link.href = `/connexion?suite=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Se reconnecter";
    return link;
  }

  /** What another page of this tab could not send: kept now if its author is signed in again, and then shown. */
  async function sendWhatWasLeft() {
    let kept = false;
    for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith(LEFT))) {
      const { body, at } = JSON.parse(sessionStorage.getItem(name));
      const answer = Date.now() - at < TOO_OLD_MS ? await post(body) : undefined;
      if (answer === undefined || answer.ok) sessionStorage.removeItem(name);
      kept ||= Boolean(answer?.ok);
    }
    if (kept) location.reload();
  }

  sendWhatWasLeft().catch(() => {});
  setInterval(look, EVERY_MS);
  document.addEventListener("click", look, true);
  document.addEventListener("change", look, true);
  document.addEventListener("keydown", (event) => event.key === "Enter" && look(), true);
  document.addEventListener(
    "input",
    (event) => {
      for (const mark of document.querySelectorAll(".cc-draft[data-token]"))
        if (event.target.closest?.(boxes(mark.dataset))) touched.add(named(mark.dataset));
    },
    true,
  );
  for (const leaving of ["popstate", "pagehide", "online"]) window.addEventListener(leaving, look, true);
})();
