// Every text of every slide: its size as a share of the screen's shorter side, its contrast, whether it leaves the room it has.
() => {
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, pale] = [light(one), light(other)].sort((a, b) => a - b);
    return (pale + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    if (element.closest(".names")) return getComputedStyle(element.closest("svg").querySelector(".land")).fill;
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$/.test(colour)) return colour;
    }
  };
  const found = [];
  for (const element of document.querySelectorAll(".top *, .slide *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
    const box = element.getBoundingClientRect();
    if (!own || getComputedStyle(element).display === "none" || box.width < 2) continue;
    const look = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const size = parseFloat(look.fontSize) * (drawn ? element.getScreenCTM().d : 1);
    const room = (element.closest(".slide") ?? document.querySelector(".top")).getBoundingClientRect();
    found.push({
      text: element.textContent,
      name: element.getAttribute("class") ?? element.tagName,
      share: size / Math.min(innerWidth, innerHeight),
      contrast: contrast(drawn ? look.fill : look.color, behind(element)),
      outside: box.left < room.left - 2 || box.right > room.right + 2 || box.top < room.top - 4 || box.bottom > room.bottom + 4,
    });
  }
  return found;
}
