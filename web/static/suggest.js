// Suggestions under a search box: a combobox with list autocomplete and manual selection (ARIA APG).
// What was typed is replaced only by a suggestion that was chosen. Used by our pages, and by boxes on pages of
// others, where all of it stands in a shadow tree.
"use strict";

/**
 * Make a combobox of a search box.
 * @param {HTMLInputElement} box - in a form, which is submitted to search.
 * @param {object} words - what is said, `lang`, and `suggest`, the address that is asked.
 * @param {object} [extras]
 * @param {HTMLButtonElement} [extras.leave] - closes the list where it fills the screen, on narrow ones; without it,
 *   it never does.
 * @param {function(string): string[]} [extras.past] - earlier searches that go on from a text.
 * @param {object} [extras.preview] - the first hits of a text, as `preview` makes it.
 */
function suggestions(box, words, { leave, past = () => [], preview } = {}) {
  const MOST = 8;
  const TITLES = preview ? 2 : MOST; // articles are among the first hits too
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
  const drop = piece("div", "", "drop");
  drop.hidden = true;
  drop.append(list, ...(preview ? [preview.panel] : []));
  form.append(drop, said, hint);

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
    drop.hidden = false;
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

  // The list goes; hits that stand beside it stay for who is on the way to them.
  function fold() {
    forget();
    select(-1);
    list.hidden = true;
    drop.hidden = !preview?.filled;
    box.setAttribute("aria-expanded", "false");
  }

  function close({ back = true } = {}) {
    preview?.hide();
    fold();
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
    const made = piece("li", "");
    made.id = `suggestion-${rows.length}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.dataset.text = text;
    if (kind) made.className = kind;
    made.append(...content);
    rows.push(made);
    return made;
  }

  // Who touches may take a row into the box, as Space does.
  const taking = () => {
    const arrow = piece("span", "↖", "take");
    arrow.setAttribute("aria-hidden", "true");
    return arrow;
  };

  // A title is read as a headline, not as what goes on from typed letters; that one article has it need not be said.
  function suggested({ text, count, kind }, typed) {
    const content = kind === "title" ? piece("bdi", text) : grown(text, typed);
    if (!count || (kind === "title" && count === 1)) return row([content, taking()], text);
    const number = piece("span", digits.format(count), "number");
    number.setAttribute("aria-hidden", "true"); // a bare number says nothing to who only hears it
    const tally = count === 1 ? words.lone : words.tally.replace("{count}", number.textContent);
    return row([content, number, piece("span", tally, "unseen"), taking()], text);
  }

  function section(rows) {
    if (!rows.length) return [];
    const [group, heading, inside] = [piece("li", ""), piece("span", words.titles, "heading"), piece("ul", "")];
    group.setAttribute("role", "presentation");
    heading.setAttribute("aria-hidden", "true"); // the group is called so
    inside.setAttribute("role", "group");
    inside.setAttribute("aria-label", words.titles);
    inside.append(...rows);
    group.append(heading, inside);
    return [group];
  }

  function fill(found, typed) {
    select(-1);
    shown = typed;
    rows = [];
    const earlier = past(typed);
    const others = found.filter(({ text }) => !earlier.includes(text)).slice(0, MOST - earlier.length);
    const titles = others.filter(({ kind }) => kind === "title").slice(0, TITLES);
    const made = [
      ...earlier.map((text) => row([grown(text, typed), piece("span", words.past, "number"), taking()], text, "past")),
      ...others.filter(({ kind }) => kind !== "title").map((one) => suggested(one, typed)),
      ...section(titles.map((one) => suggested(one, typed))),
    ];
    const count = rows.length;
    list.replaceChildren(...made, row([words.footer.replace("{query}", () => typed)], typed, "footer"));
    rows.forEach((item, at) => {
      item.setAttribute("aria-posinset", at + 1);
      item.setAttribute("aria-setsize", rows.length);
    });
    if (count || form.classList.contains("detached")) show();
    else fold();
    announce(count);
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
      if (mine === asked) fold();
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
    if (!typed) return close();
    pause = setTimeout(ask, PAUSE, typed);
    preview?.show(typed);
  });

  // Hits may come before suggestions, and where there are none.
  preview?.panel.addEventListener("filled", () => {
    drop.hidden = false;
  });

  function escape() {
    if (!drop.hidden) close();
    else box.value = "";
  }

  function step(by) {
    if (!open() && !(rows.length && box.value.trim())) return;
    forget(); // who chooses among these is not given others
    if (!open()) return show();
    select(((active + 1 + by + rows.length + 1) % (rows.length + 1)) - 1);
    const row = rows[active];
    preview?.show(row?.dataset.text ?? box.value.trim(), Boolean(row));
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
    } else if (event.key === "Tab" && !drop.hidden) {
      if (preview?.filled) fold();
      else close();
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (event.target.closest(".take")) take(chosen.dataset.text);
    else if (chosen) search(chosen.dataset.text);
  });
  preview?.panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    box.focus();
  });
  preview?.panel.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!pushed) return history.replaceState({ typed: box.value }, ""); // Back leads to what was typed
    event.preventDefault(); // in the place of the entry that Back would have closed the list with
    close({ back: false });
    location.replace(link.href);
  });
  if (preview && history.state?.typed) box.value = history.state.typed;
  leave?.addEventListener("click", () => {
    close();
    box.focus();
  });
  form.addEventListener("focusout", (event) => {
    if (!drop.hidden && event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!drop.hidden && !event.composedPath().includes(form)) close();
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
    if (!drop.hidden) close({ back: false });
  });
  narrow.addEventListener("change", () => open() && close());
}
