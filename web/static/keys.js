// Keys for those who like them, one switch for those who do not (WCAG 2.1.4), and a walk through the marks.
(() => {
  "use strict";
  const query = document.querySelector("#query");
  const dialog = document.querySelector("dialog.shortcuts");
  const button = document.querySelector("button.shortcut");
  const on = dialog.querySelector(".keys-on");
  const links = [...document.querySelectorAll(".hit h2 a")];
  const marks = [...document.querySelectorAll("article mark[id]")];
  const walk = document.querySelector(".walk");
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  let place = -1;

  try {
    on.checked = localStorage.getItem("keys") !== "off";
  } catch {
    // Storage may be forbidden; then the keys are on.
  }
  on.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", on.checked ? "on" : "off");
    } catch {
      // The choice then lasts as long as the page.
    }
  });
  button.addEventListener("click", () => dialog.showModal());

  function toHit(by) {
    const here = links.indexOf(document.activeElement);
    links[Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
  }

  function toMark(by) {
    if (!marks.length) return;
    marks[place]?.classList.remove("here");
    place = place < 0 && by < 0 ? marks.length - 1 : (place + by + marks.length) % marks.length;
    marks[place].classList.add("here");
    marks[place].scrollIntoView({ block: "center" });
    if (!walk) return;
    const [short, long] = walk.querySelectorAll("output > *");
    const [at, count] = [place + 1, marks.length].map((number) => digits.format(number));
    short.textContent = `${at}/${count}`;
    long.textContent = walk.dataset.place.replace("{count}", count).replace("{place}", at);
  }

  if (walk) {
    walk.hidden = false;
    walk.querySelector(".before").addEventListener("click", () => toMark(-1));
    walk.querySelector(".after").addEventListener("click", () => toMark(1));
  }

  function toBox() {
    if (!query) return;
    query.focus();
    query.select();
  }

  const keys = {
    "/": toBox,
    "?": () => dialog.showModal(),
    j: () => toHit(1),
    k: () => toHit(-1),
    n: () => toMark(1),
    p: () => toMark(-1),
  };

  // A Bengali layout has other letters on these keys, which mean the same here.
  const places = { KeyJ: "j", KeyK: "k", KeyN: "n", KeyP: "p" };
  const named = ({ key, code }) => (/^[ -~]$/.test(key) ? key.toLowerCase() : places[code]);

  document.addEventListener("keydown", (event) => {
    // Keys pressed while an input method composes a word belong to it.
    if (!on.checked || dialog.open || event.isComposing || event.keyCode === 229 || event.altKey) return;
    const held = event.ctrlKey || event.metaKey;
    const key = named(event);
    if (held && key === "k" && !event.shiftKey) {
      event.preventDefault();
      toBox();
    } else if (!held && key && Object.hasOwn(keys, key)) {
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      keys[key]();
    }
  });
})();
