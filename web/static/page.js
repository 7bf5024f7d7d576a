// Conveniences only: every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;

  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const box = document.querySelector("#query[data-suggest]");

  const toggles = document.querySelectorAll("button.theme");
  const show = () => toggles.forEach((toggle) => toggle.setAttribute("aria-pressed", String(dark())));
  const turn = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // The choice then lasts as long as the page.
    }
    show();
  };
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  toggles.forEach((toggle) => toggle.addEventListener("click", turn));

  const recent = document.querySelector(".recent");
  const RECENT = 10;
  const remembered = {
    // Null where this device is not to remember anything, or may not.
    get searches() {
      try {
        return JSON.parse(localStorage.getItem("searches"));
      } catch {
        return null;
      }
    },
    set searches(queries) {
      try {
        if (queries) localStorage.setItem("searches", JSON.stringify(queries.slice(0, RECENT)));
        else localStorage.removeItem("searches");
      } catch {
        // Then nothing is remembered.
      }
    },
  };

  if (box) {
    const PAST = 2;
    suggestions(box, { ...box.dataset, lang: root.lang }, {
      leave: box.form.querySelector(".leave"),
      past: (typed) => (remembered.searches ?? []).filter((past) => past.startsWith(typed)).slice(0, PAST),
      preview: preview(box.form, box.dataset.preview, box.dataset.hits),
    });
  }

  if (box && document.body.classList.contains("listing") && remembered.searches) {
    remembered.searches = [box.defaultValue, ...remembered.searches.filter((past) => past !== box.defaultValue)];
  }

  if (recent) {
    const list = recent.querySelector("ul");
    const remember = recent.querySelector("input");
    const clear = recent.querySelector("button");
    const fill = () => {
      const queries = remembered.searches;
      remember.checked = Boolean(queries);
      clear.hidden = !queries?.length;
      list.replaceChildren(
        ...(queries ?? []).map((query) => {
          const row = document.createElement("li");
          const link = document.createElement("a");
          const address = new URL(list.dataset.search, location);
          address.searchParams.set("q", query);
          link.href = address;
          link.dir = "auto";
          link.textContent = query;
          row.append(link);
          return row;
        }),
      );
    };
    const keep = (queries) => {
      remembered.searches = queries;
      fill();
    };
    remember.addEventListener("change", () => keep(remember.checked ? [] : null));
    clear.addEventListener("click", () => {
      keep([]);
      remember.focus();
    });
    fill();
  }

  // Longer queries that find something, below all that stands beside the hits, so that they move nothing.
  const related = document.querySelector(".related");
  if (related && box) {
    const RELATED = 5;
    const asked = related.dataset.query.trim().split(/\s+/).join(" ");
    fetch(`${box.dataset.suggest}?q=${encodeURIComponent(`${asked} `)}`)
      .then((answer) => (answer.ok ? answer.json() : { suggestions: [] }))
      .then(({ suggestions: found }) => {
        const longer = found.filter(({ text, kind }) => kind !== "title" && text.startsWith(`${asked} `)).slice(0, RELATED);
        for (const { text } of longer) {
          const address = new URL(related.dataset.search, location);
          address.searchParams.set("q", text);
          const link = document.createElement("a");
          const label = document.createElement("span");
          const added = document.createElement("b");
          added.textContent = text.slice(asked.length);
          label.append(asked, added);
          link.append(label);
          link.href = address;
          const row = document.createElement("li");
          row.append(link);
          related.append(row);
        }
        related.parentElement.hidden = !longer.length;
      })
      .catch(() => {}); // an extra
  }

  const share = document.querySelector(".share");
  if (share) {
    const address = share.querySelector("input");
    share.hidden = false;
    share.querySelector("button").addEventListener("click", async () => {
      if (navigator.share) return navigator.share({ title: document.title, url: address.value }).catch(() => {});
      try {
        await navigator.clipboard.writeText(address.value);
        share.querySelector("output").textContent = share.dataset.copied;
      } catch {
        // Without a safe connection there is no clipboard: the reader copies.
        address.hidden = false;
        address.select();
      }
    });
  }

  // At the desk; browsers keep nothing of a page that must not be stored.
  const work = document.querySelector("[data-work]");
  if (work) {
    let unsent = work.dataset.work === "unsent";
    work.addEventListener("input", () => {
      unsent = true;
    });
    work.addEventListener("submit", () => {
      unsent = false;
    });
    addEventListener("beforeunload", (event) => {
      if (unsent) event.preventDefault();
    });
  }

  const waiting = document.querySelector("[data-waiting]");
  if (waiting) {
    setInterval(async () => {
      const answer = await fetch(waiting.dataset.waiting).catch(() => null);
      if (answer?.status === 202) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        waiting.replaceChildren(...page.querySelector("[data-waiting]").childNodes);
      } else if (answer?.ok) location.reload();
    }, 3000);
  }
})();
