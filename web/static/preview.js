// The first hits of what is being typed, beside its suggestions: they come and go, and move nothing.
"use strict";

/**
 * The first hits of a text, as markup from the server.
 * @param {HTMLFormElement} form - whose other fields, such as filters, are sent along.
 * @param {string} address - that is asked.
 * @param {string} label - of the section.
 * @returns {object} `panel`, which tells by the event `filled` that hits have come; `filled`, whether there are any;
 *   `show(text, whole)`, for what is being typed or a row, which is whole, and `hide()`.
 */
function preview(form, address, label) {
  const LEAST = 3; // letters and signs from which on a text is worth a search
  const PAUSE = 40; // milliseconds after a key, since often another follows
  const LONGEST = 1000; // milliseconds of a pause where answers are slow
  const KEPT = 20; // answers, for who goes to and fro
  const panel = document.createElement("section");
  const kept = new Map();
  let wanted = ""; // the fields of which hits are shown, or asked for
  let asking = null;
  let pause = 0;
  let took = 0; // milliseconds of the last answer
  panel.className = "preview";
  panel.hidden = true;
  panel.setAttribute("aria-label", label);

  function fill(markup) {
    panel.innerHTML = markup;
    panel.hidden = !markup;
    if (markup) panel.dispatchEvent(new Event("filled"));
  }

  async function ask(fields) {
    asking = new AbortController();
    const since = performance.now();
    try {
      const answer = await fetch(`${address}?${fields}`, { signal: asking.signal, credentials: "same-origin" });
      const markup = answer.status === 200 ? await answer.text() : "";
      took = performance.now() - since;
      kept.set(fields, markup);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
      if (fields === wanted) fill(markup);
    } catch {
      if (fields === wanted) fill(""); // an extra
    }
  }

  function want(fields) {
    clearTimeout(pause);
    asking?.abort();
    wanted = fields;
  }

  function show(text, whole = false) {
    const asked = new URLSearchParams(new FormData(form));
    asked.set("q", text);
    if (whole) asked.set("whole", "1");
    const fields = String(asked);
    if (fields === wanted) return;
    want(fields);
    if ([...text].length < LEAST || navigator.connection?.saveData) fill("");
    else if (kept.has(fields)) fill(kept.get(fields));
    else pause = setTimeout(ask, Math.min(Math.max(PAUSE, took), LONGEST), fields);
  }

  return {
    panel,
    show,
    get filled() {
      return !panel.hidden;
    },
    hide() {
      want("");
      fill("");
    },
  };
}
