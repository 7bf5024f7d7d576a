{# A search box for pages of other sites: one module, so that one sum (SRI) covers all of it. #}
{{ combobox }}
const WORDS = {{ words|tojson }};
const FIRST = {{ first|tojson }}; // the language of who has not chosen
const SITE = new URL(".", import.meta.url);

const sheet = new CSSStyleSheet(); // made by script, which a policy without 'unsafe-inline' allows
sheet.replaceSync(`{{ style }}`);

class OnneshonSearch extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const tag = this.closest("[lang]")?.lang.toLowerCase() ?? "";
    const lang = Object.keys(WORDS).find((code) => `${tag}-`.startsWith(`${code.toLowerCase()}-`)) ?? FIRST;
    const words = { ...WORDS[lang], lang, suggest: new URL("api/v1/suggest", SITE).href };
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet];
    const made = (name, attributes, ...inside) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...inside);
      return element;
    };
    const box = made("input", {
      id: "query",
      name: "q",
      type: "search",
      placeholder: words.placeholder,
      maxlength: {{ MAX_QUERY }},
      dir: "auto",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      enterkeyhint: "search",
    });
    const form = made(
      "form",
      { role: "search", lang, action: new URL("search", SITE).href, target: this.getAttribute("target") ?? "_self" },
      made("label", { for: "query", class: "unseen" }, words.name),
      box,
      ...(lang === FIRST ? [] : [made("input", { type: "hidden", name: "lang", value: lang })]),
      made("button", { type: "submit" }, words.submit),
    );
    root.append(form);
    suggestions(box, words);
    if (this.hasAttribute("results")) this.showInPlace(form, box, words, made);
  }

  // Hits stand below the box; where they cannot be read from here, the form leads to the page as ever.
  showInPlace(form, box, words, made) {
    const list = made("section", { "aria-live": "polite", class: "results" });
    form.after(list);
    let latest = 0;
    form.addEventListener("submit", async (event) => {
      const query = box.value.trim();
      if (event.defaultPrevented || !query) return;
      event.preventDefault();
      const mine = ++latest;
      try {
        const address = new URL("api/v1/search", SITE);
        address.search = new URLSearchParams({ q: query, fields: "marked_title,snippet,url,lang" });
        const found = await (await fetch(address, { credentials: "omit" })).json();
        if (!found.ok) throw new Error(found.detail);
        if (mine === latest) list.replaceChildren(...this.hits(found, query, form, words, made));
      } catch {
        form.submit();
      }
    });
  }

  hits(found, query, form, words, made) {
    const count = new Intl.NumberFormat(words.lang).format(found.total) + (found.total_is_exact ? "" : "+");
    const target = form.target;
    const link = (href, ...inside) => made("a", { href, target }, ...inside);
    const whole = new URL(form.action);
    for (const [name, value] of new FormData(form)) whole.searchParams.set(name, value);
    const rows = found.hits.map((hit) => {
      const here = new URL("article", SITE);
      const read = words.lang === FIRST ? {} : { lang: words.lang };
      here.search = new URLSearchParams({ id: hit.id, q: found.query, ...read });
      const address = /^https?:/.test(hit.url) ? hit.url : here.href;
      const title = hit.marked_title.text.trim() ? this.marked(hit.marked_title, made) : [words.untitled];
      return made("li", { lang: hit.lang, dir: "auto" }, link(address, ...title), made("p", {}, ...this.marked(hit.snippet, made)));
    });
    const told = found.total === 1 ? words.lone_found : words.found.replace("{count}", () => count);
    const more = found.total > rows.length ? [made("p", {}, link(whole.href, words.footer.replace("{query}", () => query)))] : [];
    const instead = found.quotation ? [made("p", { lang: words.lang }, words.quotation)] : [];
    return [made("p", { lang: words.lang }, told), ...instead, made("ul", {}, ...rows), ...more];
  }

  // A text as pieces, those that match in <mark>; positions count code points.
  marked({ text, matches }, made) {
    const letters = Array.from(text);
    const pieces = [];
    let end = 0;
    for (const match of matches) {
      pieces.push(letters.slice(end, match.start).join(""));
      pieces.push(made("mark", { class: match.layer }, letters.slice(match.start, match.end).join("")));
      end = match.end;
    }
    return [...pieces, letters.slice(end).join("")];
  }
}

if (!customElements.get("onneshon-search")) customElements.define("onneshon-search", OnneshonSearch);
