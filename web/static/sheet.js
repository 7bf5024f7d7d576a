// Filters on a narrow screen: a sheet over the page that stays open while several are ticked, says what they would
// leave, and is one step for Back. Without this file they open in the page, with the same button.
(() => {
  "use strict";
  const sheet = document.querySelector(".sheet");
  const details = document.querySelector(".narrow details");
  if (!sheet || !details) return;

  const form = details.querySelector("form");
  const button = form.querySelector(":scope > .apply");
  const plain = button.textContent;
  const narrow = matchMedia("(max-width: 52rem)");
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  const PAUSE = 150; // milliseconds after a tick, since often another follows
  const NAMES = { article_lang: "lang", "-article_lang": "-lang" }; // what programs call it
  let asked = 0;
  let pause = 0;
  let pushed = false; // whether Back closes the sheet
  let empty = false;

  // What the form asks for, as programs ask for it.
  function question() {
    const given = new FormData(form);
    const span = ["since", "until"].map((name) => given.get(name)?.trim() ?? "");
    const asks = new URLSearchParams({ limit: 1 });
    for (const [name, value] of given) {
      if (value.trim() && !["since", "until", "more", "lang"].includes(name)) asks.append(NAMES[name] ?? name, value);
    }
    if (span.some(Boolean)) asks.append("date", span.join(".."));
    return asks;
  }

  async function count() {
    const mine = ++asked;
    const answer = await fetch(`${form.dataset.count}?${question()}`).catch(() => null);
    const { total = null, total_is_exact: exact } = answer?.ok ? await answer.json() : {};
    if (mine !== asked) return;
    empty = total === 0;
    const { many, single, none } = form.dataset;
    if (total === null) button.textContent = plain;
    else button.textContent = total ? (total === 1 ? single : many).replace("{count}", digits.format(total) + (exact ? "" : "+")) : none;
  }

  function open() {
    sheet.append(form);
    sheet.showModal();
    history.pushState({ sheet: true }, "");
    pushed = true;
    count();
  }

  details.querySelector("summary").addEventListener("click", (event) => {
    if (!narrow.matches) return;
    event.preventDefault();
    open();
  });
  sheet.querySelector(".leave").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close()); // what is behind it
  sheet.addEventListener("close", () => {
    asked += 1;
    details.append(form);
    form.reset();
    if (pushed) history.back();
    pushed = false;
  });
  addEventListener("popstate", () => {
    pushed = false;
    if (sheet.open) sheet.close();
  });
  narrow.addEventListener("change", () => sheet.open && sheet.close());

  form.addEventListener("input", () => {
    if (!sheet.open) return;
    clearTimeout(pause);
    pause = setTimeout(count, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (!sheet.open) return;
    event.preventDefault();
    if (empty) return; // the button says so
    // The results take the place of the entry that Back would have closed the sheet with.
    const address = new URL(form.action);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    location.replace(address);
  });
})();
