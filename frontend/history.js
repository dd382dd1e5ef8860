// The queries that were run from this page, kept in the browser and nowhere else.

const PLACE = "ccin-ld.queries";
const MOST = 20;
const SHOWN = 5;
const LONGEST = 70;

/** Shows the list at the end of the form, and adds to it whenever the form is sent. */
export function keepHistory(textarea) {
  const panel = element("section", { className: "panel mt no-print" });
  panel.setAttribute("aria-labelledby", "history-title");
  textarea.form.append(panel);
  show(panel, textarea.form.action, read());
  textarea.form.addEventListener("submit", () => {
    const query = textarea.value.trim();
    if (query) write([{ query, at: new Date().toISOString() }, ...read().kept.filter((one) => one.query !== query)]);
  });
}

/** Returns what is kept, and whether the browser lets us keep anything: storage may be blocked. */
function read() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return { kept: Array.isArray(found) ? found.filter(isEntry).slice(0, MOST) : [], blocked: false };
  } catch (error) {
    // Text that is not JSON was not written by this page: it is replaced by the next query.
    return { kept: [], blocked: !(error instanceof SyntaxError) };
  }
}

function isEntry(one) {
  return typeof one?.query === "string" && typeof one?.at === "string";
}

/** Keeps the newest queries; when the browser's room is full, fewer, and when it has none, those that there were. */
function write(entries) {
  for (let number = Math.min(entries.length, MOST); number >= 1; number >>= 1) {
    try {
      localStorage.setItem(PLACE, JSON.stringify(entries.slice(0, number)));
      return;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

function show(panel, action, { kept, blocked }) {
  const title = element("h2", { id: "history-title", textContent: "Your queries" });
  const words = element("p", { className: "small soft", textContent: said(kept, blocked) });
  words.setAttribute("role", "status");
  panel.replaceChildren(title, words);
  if (!kept.length) return;
  const lines = kept.map((one) => line(one, action));
  panel.append(list(lines.slice(0, SHOWN)));
  if (lines.length > SHOWN) {
    const earlier = element("details", { className: "small mt" });
    const head = element("summary", { textContent: `${lines.length - SHOWN} earlier` });
    earlier.append(head, list(lines.slice(SHOWN)));
    panel.append(earlier);
  }
  const clear = element("button", { type: "button", className: "btn quiet small", textContent: "Clear this list" });
  clear.addEventListener("click", () => {
    localStorage.removeItem(PLACE);
    show(panel, action, read());
    panel.querySelector("p").tabIndex = -1;
    panel.querySelector("p").focus();
  });
  const actions = element("p", { className: "mt" });
  actions.append(clear);
  panel.append(actions);
}

function list(lines) {
  const found = element("ul", { className: "stack small mt" });
  found.append(...lines);
  return found;
}

function said(kept, blocked) {
  if (blocked) return "This browser does not let the page keep your queries.";
  const where = "in this browser only. The list is never sent.";
  return kept.length ? `The last ${MOST} that you ran on this page, kept ${where}` : `The queries that you run will be kept here, ${where}`;
}

function line({ query, at }, action) {
  const item = element("li", {});
  const link = element("a", { href: `${action}?${new URLSearchParams({ query })}`, textContent: summary(query) });
  item.append(link);
  const day = new Date(at);
  if (!Number.isNaN(day.valueOf())) {
    const options = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
    const time = element("time", { className: "soft", dateTime: at, textContent: day.toLocaleString("en-GB", options) });
    item.append(element("br", {}), time);
  }
  return item;
}

/** Returns a query in few words: its first comment, or the query without its prologue. */
function summary(query) {
  const comment = /^\s*#+\s*(\S.*)$/m.exec(query);
  const body = query.replace(/^\s*(?:prefix\s+\S*\s*<[^>]*>|base\s*<[^>]*>)/gim, "").replace(/\s+/g, " ").trim();
  const words = comment ? comment[1].trim() : body || query.trim();
  const signs = [...words];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")} …` : words;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
