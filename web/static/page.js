// Conveniences only: every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;

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

  const waiting = document.querySelector("[data-waiting]");
  if (waiting) {
    setInterval(async () => {
      const answer = await fetch(waiting.dataset.waiting).catch(() => null);
      if (answer?.ok) location.reload();
    }, 3000);
  }
})();
