// Conveniences only: every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  const query = document.querySelector("#query");

  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const toggle = document.querySelector("button.theme");
  const show = () => toggle.setAttribute("aria-pressed", String(dark()));
  toggle.hidden = false;
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  toggle.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // The choice then lasts as long as the page.
    }
    show();
  });

  if (query) {
    document.querySelector(".shortcut").hidden = false;
    document.addEventListener("keydown", (event) => {
      // Keys pressed while an input method is composing a Bengali word belong to it.
      if (event.isComposing || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      query.focus();
      query.select();
    });
  }

  const waiting = document.querySelector("[data-waiting]");
  if (waiting) {
    setInterval(async () => {
      const answer = await fetch(waiting.dataset.waiting).catch(() => null);
      if (answer?.ok) location.reload();
    }, 3000);
  }
})();
