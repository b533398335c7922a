// The map of the network and its list, tied both ways: what is pointed at in one is shown in the other, a circle opens the card
// of its place, and the address keeps which. The list is the keyboard's way to all of it; the map is one picture with its words.
(() => {
  "use strict";
  const EACH_YEAR_MS = 1200;
  const NARROW_PX = 560;
  const SVG = "http://www.w3.org/2000/svg";
  let playing;
  // The place that had the focus, given back where the server draws the list anew, as when a seat was taken meanwhile.
  let focused;

  const whole = (part) => part.closest?.(".cc-map");
  const asked = () => new URLSearchParams(location.search).get("lieu");
  const all = (map, code) => [...map.querySelectorAll("[data-place]")].filter((each) => each.dataset.place === code);
  const card = (map, code) => all(map, code).find((each) => each.matches("details"));

  // Drawn from what the server wrote, for the width that there is.
  function draw(map) {
    const room = map.querySelector(".cc-map-drawn");
    const drawings = JSON.parse(room.dataset.drawings);
    const size = map.clientWidth < NARROW_PX ? "narrow" : "wide";
    if (room.dataset.size === size) return;
    room.dataset.size = size;
    const { width, height, lands, years } = drawings[size];
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", room.dataset.said);
    const each = Object.entries(years).map(([year, [land, places]]) => `<g data-year="${year}">${lands[land]}${places}</g>`);
    picture.innerHTML = each.join("");
    room.replaceChildren(picture);
    show(map, map.querySelector(".cc-film input")?.value ?? Object.keys(years).at(-1));
    choose(map, asked());
  }

  function show(map, year) {
    for (const part of map.querySelectorAll("[data-year]")) part.toggleAttribute("hidden", part.dataset.year !== String(year));
    const range = map.querySelector(".cc-film input");
    if (!range) return;
    range.value = year;
    let said = map.querySelector(".cc-film-year");
    if (!said) {
      said = document.createElement("p");
      said.className = "cc-film-year";
      said.setAttribute("aria-hidden", "true");
      map.querySelector(".cc-map-drawn").append(said);
    }
    said.textContent = year;
  }

  function mark(map, code, look) {
    for (const each of map.querySelectorAll(`.${look}`)) each.classList.remove(look);
    if (code) for (const each of all(map, code)) each.classList.add(look);
  }

  // Opening one card closes the others, which the browser does by their common name.
  function choose(map, code) {
    mark(map, code, "cc-chosen");
    const opened = code && card(map, code);
    if (opened && !opened.open) opened.open = true;
    return opened;
  }

  function remember(code) {
    const address = new URL(location.href);
    if (code) address.searchParams.set("lieu", code);
    else address.searchParams.delete("lieu");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  function stop() {
    clearInterval(playing?.timer);
    if (playing) playing.button.textContent = "Lecture";
    playing = undefined;
  }

  function play(map) {
    const range = map.querySelector(".cc-film input");
    const button = map.querySelector(".cc-film-play");
    if (range.value === range.max) show(map, range.min);
    const timer = setInterval(() => {
      if (!map.isConnected || range.value === range.max) stop();
      else show(map, Number(range.value) + 1);
    }, EACH_YEAR_MS);
    playing = { timer, button };
    button.textContent = "Pause";
  }

  for (const [begins, ends] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    addEventListener(begins, (event) => {
      const place = event.target.closest?.("[data-place]");
      if (place && whole(place)) mark(whole(place), place.dataset.place, "cc-lit");
    });
    addEventListener(ends, (event) => {
      const map = whole(event.target);
      if (map) mark(map, undefined, "cc-lit");
    });
  }

  // It does not bubble, but is told on its way down.
  document.addEventListener("toggle", (event) => {
    const map = whole(event.target);
    if (!map || !event.target.dataset.place) return;
    const opened = map.querySelector("details[open][data-place]");
    mark(map, opened?.dataset.place, "cc-chosen");
    remember(opened?.dataset.place);
  }, true);

  document.addEventListener("click", (event) => {
    const map = whole(event.target);
    if (!map) return;
    if (event.target.matches(".cc-film-play")) {
      if (playing) stop();
      else play(map);
      return;
    }
    const circle = event.target.closest("svg [data-place], svg [data-epci]");
    if (!circle) return;
    const { place, epci } = circle.dataset;
    const opened = place && choose(map, place);
    if (opened) {
      opened.scrollIntoView({ block: "nearest" });
      opened.querySelector("summary").focus();
      return;
    }
    // A place that the list leaves out, or several under one circle: the server draws them.
    const address = new URL(location.href);
    address.searchParams.set(place ? "lieu" : "zone", place ?? epci);
    dispatchEvent(new CustomEvent("cc-go", { detail: address.pathname + address.search }));
  });

  document.addEventListener("input", (event) => {
    const map = whole(event.target);
    if (!map || !event.target.matches(".cc-film input")) return;
    stop();
    show(map, event.target.value);
  });

  document.addEventListener("focusin", (event) => {
    focused = whole(event.target) ? event.target.closest("[data-place]")?.dataset.place : undefined;
  });

  const widths = new ResizeObserver((changes) => changes.forEach((change) => draw(change.target)));
  function begin(map) {
    draw(map);
    widths.observe(map);
    if (focused && document.activeElement === document.body) {
      card(map, focused)?.querySelector("summary").focus({ preventScroll: true });
    }
    const film = map.querySelector(".cc-film");
    if (film && !matchMedia("(prefers-reduced-motion: reduce)").matches) play(map);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        for (const map of node.matches(".cc-map") ? [node] : node.querySelectorAll(".cc-map")) begin(map);
      }
    }
  }).observe(document, { subtree: true, childList: true });
})();
