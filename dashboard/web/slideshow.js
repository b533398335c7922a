// Shows one slide after the other, for as long as the screen is on: nobody has to touch anything, and anybody may.
// A slide is due so long after the one before was due, not after it was drawn: delays never add up.
(() => {
  "use strict";
  const LIVE_EVERY_MS = 3000;
  const NEWS_EVERY_MS = 60000;
  const SWIPE_PX = 50;
  const STILL_AFTER_MS = 3000;
  const show = document.querySelector(".show");
  const list = document.querySelector(".slides");
  const pause = document.querySelector(".pause");
  const period = Number(show.dataset.seconds) * 1000;
  const moves = show.dataset.moves === "oui";
  let at = 0;
  let paused = false;
  let due = performance.now() + period;
  let timer;
  let read = performance.now();

  const slides = () => [...list.children];

  function draw() {
    slides().forEach((slide, rank) => {
      slide.classList.toggle("shown", rank === at);
      slide.toggleAttribute("inert", rank !== at);
    });
    [...document.querySelector(".dots").children].forEach((dot, rank) => dot.classList.toggle("shown", rank === at));
  }

  function plan() {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(turn, Math.max(0, due - performance.now()));
  }

  function go(step) {
    at = (at + step + slides().length) % slides().length;
    draw();
  }

  function turn() {
    go(1);
    const now = performance.now();
    // After a sleep, the slides missed are not run through.
    due = now - due < period ? due + period : now + period;
    plan();
    if (at === 0) renew();
  }

  function move(step) {
    go(step);
    due = performance.now() + period;
    plan();
  }

  function toggle() {
    paused = !paused;
    show.classList.toggle("paused", paused);
    pause.setAttribute("aria-pressed", String(paused));
    list.setAttribute("aria-live", paused ? "polite" : "off");
    due = performance.now() + period;
    plan();
  }

  function fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  // The same address asked for again, at most once a minute: new figures take the place of the old ones.
  async function renew() {
    if (!moves || performance.now() - read < NEWS_EVERY_MS) return;
    read = performance.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (!answer.ok) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of [".slides", ".dots", ".top"]) {
        const [here, there] = [document.querySelector(name), made.querySelector(name)];
        if (!there) return;
        if (here.dataset.content !== there.innerHTML.length + there.textContent) {
          here.dataset.content = there.innerHTML.length + there.textContent;
          here.replaceChildren(...there.children);
        }
      }
      at = Math.min(at, slides().length - 1);
      draw();
    } catch {
      // No connection: what is shown stays, with its date.
    }
  }

  async function live() {
    const slide = list.querySelector("[data-live]");
    if (!slide || document.hidden) return;
    try {
      const answer = await fetch(show.dataset.live, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!answer.ok) return;
      const now = await answer.json();
      for (const part of ["number", "unit", "caption"]) {
        const text = slide.querySelector(`.${part}`);
        if (text && text.textContent !== now[part]) text.textContent = now[part];
      }
      slide.querySelector(".number").style.setProperty("--letters", now.number.length);
      const ring = slide.querySelector(".ring");
      if (ring) {
        // Without a share there are few people, whom no ring may count.
        ring.hidden = now.share === null;
        ring.style.setProperty("--share", now.share);
      }
    } catch {
      // The hour written on the slide says how old it is.
    }
  }

  async function stayAwake() {
    // Shown in small on the page that composes it, the show keeps nobody's screen on.
    if (document.hidden || window.top !== window) return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // The machine decides, as on battery.
    }
  }

  const KEYS = {
    ArrowRight: () => move(1), PageDown: () => move(1), ArrowLeft: () => move(-1), PageUp: () => move(-1),
    Home: () => move(-at), End: () => move(slides().length - 1 - at), " ": toggle, p: toggle, P: toggle, f: fill, F: fill,
  };
  addEventListener("keydown", (event) => {
    const onButton = event.key === " " && event.target.closest("button");
    if (!KEYS[event.key] || onButton || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  pause.addEventListener("click", toggle);
  document.querySelector(".back").addEventListener("click", () => move(-1));
  document.querySelector(".on").addEventListener("click", () => move(1));
  document.querySelector(".whole").addEventListener("click", fill);

  let touched;
  addEventListener("touchstart", (event) => { touched = event.touches[0]; }, { passive: true });
  addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    const [across, along] = [end.clientX - touched.clientX, end.clientY - touched.clientY];
    if (Math.abs(across) > SWIPE_PX && Math.abs(across) > Math.abs(along)) move(across < 0 ? 1 : -1);
  }, { passive: true });

  // A pointer left in the middle of a projection is all that is looked at.
  let still;
  addEventListener("mousemove", () => {
    clearTimeout(still);
    document.body.classList.remove("still");
    still = setTimeout(() => document.body.classList.add("still"), STILL_AFTER_MS);
  });

  document.addEventListener("visibilitychange", () => { stayAwake(); plan(); });
  if (moves) setInterval(live, LIVE_EVERY_MS);
  draw();
  stayAwake();
  plan();
})();
