// Served before Streamlit's own code. Makes the browser answer in French, whatever its language, and translates the words
// that Streamlit writes itself; the three tables come from document.py.
(() => {
  "use strict";
  const { texts, labels, patterns } = __WORDS__;
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];
  // A text longer than this is ours.
  const LONGEST = 240;
  const LONGEST_NAME = 80;

  // Calendars and number formats follow the browser's language.
  Object.defineProperty(Navigator.prototype, "language", { get: () => "fr-FR", configurable: true });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => ["fr-FR", "fr"], configurable: true });

  const exactText = new Map(Object.entries(texts));
  const exactLabel = new Map([...exactText, ...Object.entries(labels)]);
  const rules = patterns.map(([expression, french]) => [new RegExp(expression), french]);

  function french(written, exact) {
    if (!written || written.length > LONGEST) return undefined;
    const text = written.trim();
    const found = exact.get(text);
    if (found !== undefined) return written.replace(text, () => found);
    for (const [expression, replacement] of rules) {
      if (expression.test(text)) return text.replace(expression, replacement);
    }
    return undefined;
  }

  // « Search: name of the table »: the buttons of a table or a chart carry its name, or the whole of its description.
  function frenchButton(written) {
    const [, action, subject] = /^([^:]+): ([\s\S]+)$/.exec(written ?? "") ?? [];
    const found = exactLabel.get(action);
    if (found === undefined) return undefined;
    return subject.length > LONGEST_NAME ? found : `${found}\u00a0: ${subject}`;
  }

  function translateText(node) {
    const parent = node.parentElement;
    if (!parent || parent.tagName === "SCRIPT" || parent.tagName === "STYLE") return;
    const found = french(node.nodeValue, exactText);
    if (found !== undefined) node.nodeValue = found;
  }

  // A chart says all it is in one text: its parts, which have none, are hushed.
  function hush(element) {
    // A place to drop files has a name: it is not there for decoration alone.
    if (element.dataset?.testid === "stFileUploaderDropzone") element.removeAttribute("role");
    const described = element.getAttribute("aria-roledescription");
    if (described === "visualization") element.setAttribute("aria-roledescription", "graphique");
    else if (described?.endsWith("mark container") && !element.getAttribute("aria-label")) {
      element.removeAttribute("role");
      element.removeAttribute("aria-roledescription");
    }
  }

  function translateAttributes(element) {
    hush(element);
    for (const name of ATTRIBUTES) {
      const written = element.getAttribute(name);
      const found = french(written, exactLabel) ?? frenchButton(written);
      if (found !== undefined) element.setAttribute(name, found);
    }
  }

  function translateTree(root) {
    if (root.nodeType === Node.TEXT_NODE) return translateText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    translateAttributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) translateText(node);
      else translateAttributes(node);
    }
  }

  // Only what changed is looked at; a translated text is in no table, so the observer never answers itself.
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translateTree);
      else if (change.type === "characterData") translateText(change.target);
      else translateAttributes(change.target);
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: [...ATTRIBUTES, "aria-roledescription"],
  });

  // Streamlit drops a comma typed in a number field, and 3,5 would become 35.
  document.addEventListener(
    "beforeinput",
    (event) => {
      const field = event.target;
      if (event.data !== "," || field.tagName !== "INPUT" || field.type !== "number") return;
      event.preventDefault();
      document.execCommand("insertText", false, ".");
    },
    true,
  );

  // Said outright, or Streamlit first looks for its server under the address of the page.
  window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };
  // Told to search engines once the page is drawn; Streamlit expects it to exist.
  window.prerenderReady = false;
})();
