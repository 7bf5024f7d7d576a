// Suggestions under a search box: a combobox with list autocomplete and manual selection (ARIA APG).
// What was typed is replaced only by a suggestion that was chosen. Used by our pages, and by boxes on pages of
// others, where all of it stands in a shadow tree.
"use strict";

/**
 * Make a combobox of a search box.
 * @param {HTMLInputElement} box - in a form, which is submitted to search.
 * @param {object} words - what is said, `lang`, and `suggest`, the address that is asked.
 * @param {HTMLButtonElement} [leave] - closes the list where it fills the screen, on narrow ones; without it, it
 *   never does.
 */
function suggestions(box, words, leave) {
  const MOST = 8;
  const PAUSE = 30; // milliseconds of a burst of keys for which one question is enough
  const QUIET = 900; // milliseconds without a key after which the count is announced
  const form = box.form;
  const narrow = matchMedia("(max-width: 499.98px)");
  const digits = new Intl.NumberFormat(words.lang);

  function piece(name, text, className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  }

  const list = piece("ul", "", "suggestions");
  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.label);
  const said = piece("p", "", "unseen");
  said.setAttribute("role", "status");
  const hint = piece("span", words.hint, "unseen");
  hint.id = "suggestions-hint";
  form.append(list, said, hint);

  let rows = [];
  let shown = ""; // the text that the rows belong to
  let active = -1;
  let asked = 0; // the number of the newest question; answers to older ones are dropped
  let asking = null;
  let pause = 0;
  let quiet = 0;
  let pushed = false; // whether Back closes the list

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-describedby", hint.id);
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const open = () => !list.hidden;

  function select(number) {
    rows[active]?.setAttribute("aria-selected", "false");
    active = number;
    const row = rows[active];
    if (!row) return box.removeAttribute("aria-activedescendant");
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", row.id);
  }

  function show() {
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    if (!leave || !narrow.matches || form.classList.contains("detached")) return;
    form.classList.add("detached");
    history.pushState({ suggestions: true }, "");
    pushed = true;
  }

  function forget() {
    asked += 1;
    asking?.abort();
    clearTimeout(pause);
    clearTimeout(quiet);
  }

  function close({ back = true } = {}) {
    forget();
    select(-1);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    form.classList.remove("detached");
    if (pushed && back) history.back();
    pushed = false;
  }

  function announce(count) {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      const message = count > 1 ? words.many : count ? words.single : words.none;
      said.textContent = message.replace("{count}", digits.format(count));
    }, QUIET);
  }

  // What a suggestion adds to what was typed is bold; one that begins otherwise is plain.
  function grown(text, typed) {
    const whole = piece("bdi", "");
    const start = typed.split(/\s+/).join(" ");
    if (!text.startsWith(start)) return piece("bdi", text);
    // A sign that joins to the letter before it is not set apart from it.
    const at = text.slice(start.length).search(/^[\p{M}\u200c\u200d]/u) < 0 ? start.length : start.lastIndexOf(" ") + 1;
    whole.append(text.slice(0, at), piece("b", text.slice(at)));
    return whole;
  }

  function row(content, text, kind) {
    const made = document.createElement("li");
    made.id = `suggestion-${rows.length}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.dataset.text = text;
    if (kind) made.className = kind;
    made.append(...content);
    rows.push(made);
    return made;
  }

  function fill(found, typed) {
    select(-1);
    shown = typed;
    rows = [];
    const made = found.slice(0, MOST).map(({ text, count }) => {
      if (!count) return row([grown(text, typed)], text);
      const number = piece("span", digits.format(count), "number");
      number.setAttribute("aria-hidden", "true"); // a bare number says nothing to who only hears it
      const tally = count === 1 ? words.lone : words.tally.replace("{count}", number.textContent);
      const told = piece("span", tally, "unseen");
      return row([grown(text, typed), number, told], text);
    });
    list.replaceChildren(...made, row([words.footer.replace("{query}", () => typed)], typed, "footer"));
    rows.forEach((item, at) => {
      item.setAttribute("aria-posinset", at + 1);
      item.setAttribute("aria-setsize", rows.length);
    });
    if (made.length || form.classList.contains("detached")) show();
    else close();
    announce(made.length);
  }

  async function ask(typed) {
    forget();
    const mine = asked;
    asking = new AbortController();
    try {
      const answer = await fetch(`${words.suggest}?q=${encodeURIComponent(typed)}&limit=${MOST}`, {
        signal: asking.signal,
        credentials: "same-origin",
      });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (mine === asked && box.getRootNode().activeElement === box) fill(found, typed.trim());
    } catch {
      // Suggestions are an extra: without an answer the box is a box.
      if (mine === asked) close();
    }
  }

  // Who goes on writing takes a suggestion as what was meant so far.
  function take(text) {
    box.value = `${text} `;
    said.textContent = text;
    select(-1);
    ask(box.value);
  }

  function search(text) {
    box.value = text;
    form.requestSubmit();
  }

  // While a word is being composed the text is asked for as it stands: Android composes every word.
  box.addEventListener("input", () => {
    clearTimeout(pause);
    select(-1);
    const typed = box.value.trim();
    if (typed && typed === shown && open()) return; // a composition that ends changes nothing
    if (typed) pause = setTimeout(ask, PAUSE, typed);
    else close();
  });

  function escape() {
    if (open()) close();
    else box.value = "";
  }

  function step(by) {
    if (!open() && !(rows.length && box.value.trim())) return;
    forget(); // who chooses among these is not given others
    if (open()) select(((active + 1 + by + rows.length + 1) % (rows.length + 1)) - 1);
    else show();
  }

  const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: escape };

  box.addEventListener("keydown", (event) => {
    // Keys pressed while an input method composes a word belong to it.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      search(rows[active].dataset.text);
    } else if (event.key === " " && active >= 0) {
      event.preventDefault();
      take(rows[active].dataset.text);
    } else if (Object.hasOwn(keys, event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "Home" || event.key === "End") {
      select(-1);
    } else if (event.key === "Tab" && open()) {
      close();
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) search(chosen.dataset.text);
  });
  leave?.addEventListener("click", () => {
    close();
    box.focus();
  });
  form.addEventListener("focusout", (event) => {
    if (open() && event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (open() && !event.composedPath().includes(form)) close();
  });
  form.addEventListener("submit", (event) => {
    const replace = pushed;
    close({ back: false });
    if (!replace) return;
    // The results take the place of the entry that Back would have closed the list with.
    event.preventDefault();
    const address = new URL(form.getAttribute("action"), document.baseURI);
    address.search = new URLSearchParams(new FormData(form)); // in the place of its own, as forms are sent
    location.replace(address);
  });
  addEventListener("popstate", () => {
    if (open()) close({ back: false });
  });
  narrow.addEventListener("change", () => open() && close());
}
