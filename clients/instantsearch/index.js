// A search client for InstantSearch.js 4 that sends searches to Onneshon. Licence: Apache-2.0.

const MOST_SEARCHES = 20; // in one request
const MOST_HITS = 1000; // reachable by paging
const RANGE = /^(.+?)\s*(<=|>=|<|>|!?=)\s*(-?[\d.]+)$/;

/** Splits "category:নদী" into its field, its value, and whether articles must not have the value. */
function split(filter) {
  const at = filter.indexOf(":");
  const value = filter.slice(at + 1);
  return [filter.slice(0, at), value.replace(/^\\?-/, (sign) => (sign === "-" ? "" : "-")), value.startsWith("-")];
}

/** Translates facet filters, nested at most once, to parameters of Onneshon. */
function filters(given = []) {
  const chosen = {};
  for (const filter of [given].flat(3)) {
    const [field, value, negated] = split(filter);
    const name = (negated ? "not_" : "") + (["year", "month", "day"].includes(field) ? "date" : field);
    (chosen[name] ??= []).push(value);
  }
  return chosen;
}

/** The negation of a numeric condition, as values that no article may have. */
const OTHERS = {
  "=": (value) => [`<${value}`, `>${value}`],
  "!=": (value) => [value],
  "<": (value) => [`>=${value}`],
  "<=": (value) => [`>${value}`],
  ">": (value) => [`<=${value}`],
  ">=": (value) => [`<${value}`],
};

/**
 * Adds the parameters of numeric filters, all of which articles must meet; of a nested list, any one. Values of a
 * parameter are alternatives, so the first filter of a field is such a value, and further ones exclude their negations.
 */
function ranged(chosen, given = []) {
  const groups = [given].flat().map((group) => [group].flat().map((filter) => filter.match(RANGE).slice(1)));
  for (const group of groups.sort((one, other) => other.length - one.length)) {
    const [[field, sign]] = group;
    if (chosen[field] || sign === "!=") {
      (chosen[`not_${field}`] ??= []).push(...group.flatMap(([, of, value]) => OTHERS[of](value)));
    } else chosen[field] = group.map(([, of, value]) => (of === "=" ? value : of + value));
  }
  return chosen;
}

/** The search that is sent to Onneshon for a request of InstantSearch. */
function asked({ indexName = "", params = {} }) {
  const { query = "", page = 0, hitsPerPage = 20, facets = [], maxValuesPerFacet = 10 } = params;
  const limit = Math.min(hitsPerPage, 100);
  const sort = indexName.includes(":") ? { sort: indexName.slice(indexName.indexOf(":") + 1) } : {};
  return {
    q: query.trim() || "*",
    limit,
    offset: Math.min(page * limit, MOST_HITS),
    facets: [facets].flat().filter((name) => name && name !== "*"),
    facet_limit: Math.min(maxValuesPerFacet, 1000),
    group: "off", // widgets expect as many hits as matches
    ...ranged(filters(params.facetFilters), params.numericFilters),
    ...sort,
  };
}

/** A text with tags around its matches, which InstantSearch turns into elements after escaping the text. */
function marked({ text, matches }, [before, after]) {
  const letters = Array.from(text); // offsets count code points
  let [value, end] = ["", 0];
  for (const match of matches) {
    value += letters.slice(end, match.start).join("") + before + letters.slice(match.start, match.end).join("") + after;
    end = match.end;
  }
  value += letters.slice(end).join("");
  const words = matches.map((match) => letters.slice(match.start, match.end).join(""));
  return { value, matchLevel: words.length ? "full" : "none", matchedWords: words };
}

function hit(found, tags) {
  const { id, marked_title, snippet, keywords, ...rest } = found;
  const told = { title: marked(marked_title, tags), snippet: marked(snippet, tags) };
  return { ...keywords, ...rest, objectID: id, snippet: snippet.text, _highlightResult: told, _snippetResult: told };
}

/** A text in NFC, as a letter of Bengali may be one code point or two, and in lower case. */
const plain = (text) => text.normalize("NFC").toLowerCase();

/** The answer to a request of InstantSearch. */
function answer(request, search, found) {
  const { params = {}, indexName } = request;
  const tags = [params.highlightPreTag ?? "<em>", params.highlightPostTag ?? "</em>"];
  const { page = 0 } = params;
  const reachable = Math.min(found.total, MOST_HITS);
  const counted = (values) => Object.fromEntries(values.map(({ value, count }) => [value, count]));
  return {
    index: indexName,
    query: params.query ?? "",
    params: "",
    hits: page * search.limit < MOST_HITS ? found.hits.map((each) => hit(each, tags)) : [], // else those at MOST_HITS
    nbHits: found.total,
    page,
    hitsPerPage: search.limit,
    nbPages: search.limit ? Math.ceil(reachable / search.limit) : 0,
    exhaustiveNbHits: !found.partial && found.total_is_exact,
    processingTimeMS: Math.round(found.took_ms),
    facets: Object.fromEntries(Object.entries(found.facets).map(([name, values]) => [name, counted(values)])),
  };
}

/**
 * A search client.
 *
 * @param {string} address the server's address, such as https://search.example.org/
 * @param {{ key?: string }} options key: the key for searches, where the server is private
 */
export function onneshonClient(address, { key } = {}) {
  const url = new URL("api/v1/multi-search", address.endsWith("/") ? address : `${address}/`);
  const headers = { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };

  async function send(searches) {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ searches }) });
    const said = await response.json().catch(() => ({ detail: `status ${response.status}` })); // an error of a proxy
    if (!said.ok) throw new Error(`Onneshon: ${said.detail}`);
    const wrong = said.answers.find((answered) => !answered.ok);
    if (wrong) throw new Error(`Onneshon: ${wrong.detail}`);
    return said.answers;
  }

  return {
    async search(requests) {
      const searches = requests.map(asked);
      const batches = [];
      for (let at = 0; at < searches.length; at += MOST_SEARCHES) batches.push(searches.slice(at, at + MOST_SEARCHES));
      const found = (await Promise.all(batches.map(send))).flat();
      return { results: requests.map((request, at) => answer(request, searches[at], found[at])) };
    },
    async searchForFacetValues(requests) {
      const searches = requests.map(({ params: { facetName }, ...request }) => ({
        ...asked(request), limit: 0, facets: [facetName], facet_limit: 1000,
      }));
      const found = await send(searches);
      return requests.map(({ params: { facetName, facetQuery = "", maxFacetHits = 10 } }, at) => ({
        exhaustiveFacetsCount: !found[at].partial && found[at].facets_are_exact,
        processingTimeMS: Math.round(found[at].took_ms),
        facetHits: found[at].facets[facetName]
          .filter(({ value }) => plain(value).includes(plain(facetQuery)))
          .slice(0, maxFacetHits)
          .map(({ value, count }) => ({ value, count, highlighted: value })),
      }));
    },
  };
}
