// Before the first paint: the colours this reader chose on this device, if any, and the typeface.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script"); // what needs scripts has its room from the first paint
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage may be forbidden; then the system's choice holds.
  }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  // Lines set in another typeface break elsewhere, so that a page whose typeface comes late would jump. Its first
  // paint therefore waits a little, and goes without where the device has Bengali letters of its own.
  const FACE = '1em "Noto Sans Bengali"';
  const SAMPLE = "ক a";
  const BRIEFLY = 300; // milliseconds
  const LONG = 3000; // as browsers wait for a typeface that must be there

  function canDoWithout() {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "32px sans-serif";
    const width = (text) => pen.measureText(text).width;
    const box = width("\u0984"); // which is no letter
    // Without a font each character is a box, also those that make one letter together.
    return Math.abs(width("ক্ষ") - 3 * box) > 0.1 || Math.abs(width("ক") - box) > 0.1;
  }

  if (document.fonts.check(FACE, SAMPLE)) return;
  const without = canDoWithout();
  root.classList.add("held");
  const show = () => root.classList.remove("held");
  const late = setTimeout(
    () => {
      if (without) root.classList.add("plain-face");
      show();
    },
    without ? BRIEFLY : LONG,
  );
  document.fonts
    .load(FACE, SAMPLE)
    .catch(() => [])
    .then(() => {
      clearTimeout(late);
      show();
    });
})();
