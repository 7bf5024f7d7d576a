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
  }
}

if (!customElements.get("onneshon-search")) customElements.define("onneshon-search", OnneshonSearch);
