// What the list suggests: keywords, variables of the query, prefixes, terms and named concepts; and the PREFIX lines
// that a term needs.
import { pickedCompletion } from "@codemirror/autocomplete";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { EditorView } from "@codemirror/view";

// SPARQL 1.1 Query, section 19.8, but for SERVICE and the update keywords, which this endpoint refuses.
const KEYWORDS =
  "BASE PREFIX SELECT CONSTRUCT DESCRIBE ASK WHERE DISTINCT REDUCED FROM NAMED UNION OPTIONAL MINUS GRAPH FILTER " +
  "BIND AS VALUES UNDEF GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET NOT EXISTS IN true false";
const FUNCTIONS =
  "STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE " +
  "ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ " +
  "NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL " +
  "ISNUMERIC COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR SUBSTR REPLACE REGEX";
const SPARQL_WORDS = [
  ...KEYWORDS.split(" ").map((label) => ({ label, type: "keyword", boost: 20 })),
  ...FUNCTIONS.split(" ").map((label) => ({ label, type: "function", detail: "function", boost: 10 })),
];

const WORD = /[?$]?[\p{L}\p{N}_:-]*$/u;
// A list stays good as long as the word goes on in the same way; at its colon other names match.
const PLAIN_WORD = /^[?$]?[\p{L}\p{N}_-]*$/u;
const PREFIXED_WORD = /^[\p{L}\p{N}_-]*:[\p{L}\p{N}_-]*$/u;
const CLOSED = new Set(["Comment", "String", "IriRef", "Langtag"]);
const WHOLE_TOKENS = /<[^<>"{}|^`\\\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const KINDS = { class: "class", property: "property", individual: "value" };

/** Returns the source of suggestions for CodeMirror's autocompletion. */
export function completions(words) {
  return async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const word = WORD.exec(before)[0];
    if ((!word && !context.explicit) || isClosed(context.state, context.pos)) return null;
    const known = await words.load();
    if (context.aborted) return null;
    const options = suggested(context.state, context.pos, before.slice(0, before.length - word.length), known, word);
    const validFor = word.includes(":") ? PREFIXED_WORD : PLAIN_WORD;
    return options.length ? { from: context.pos - word.length, options, validFor, getMatch } : null;
  };
}

/** Moves what matched in a local name to where it stands in the whole one, which is shown. */
function getMatch({ label, displayLabel }, matched) {
  const moved = displayLabel ? displayLabel.length - label.length : 0;
  return matched.map((place) => place + moved);
}

/** Says whether a place is in a comment, a string or an IRI, where no name of ours can stand. */
function isClosed(state, pos) {
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  // The grammar knows a string only when it is ended; who writes one has not ended it yet.
  const rest = before.replace(WHOLE_TOKENS, "");
  if (/["'#]|<\p{L}[^\s<>]*$/u.test(rest)) return true;
  if (/[>"']$/.test(before)) return false;
  for (let node = syntaxTree(state).resolveInner(pos, -1); node; node = node.parent) {
    if (CLOSED.has(node.name)) return true;
  }
  return false;
}

function suggested(state, pos, before, known, word) {
  if (/\bprefix\s+$/i.test(before)) return declarations(known.prefixes);
  if (/[?$]/.test(word[0] ?? "")) return variables(state, pos);
  const prefixed = word.includes(":");
  const prefixes = Object.entries(known.prefixes).map(([prefix, iri]) => ofPrefix(prefix, iri));
  if (/(?:^|\s)(?:a|rdf:type)\s+$/.test(before)) {
    const classes = known.terms.filter((term) => term.kind === "class").map((term) => ofTerm(term, prefixed));
    return [...classes, ...prefixes, ...variables(state, pos)];
  }
  const names = [...known.terms.map((term) => ofTerm(term, prefixed)), ...prefixes];
  return prefixed ? names : [...names, ...known.concepts.map(ofConcept), ...SPARQL_WORDS, ...variables(state, pos)];
}

function variables(state, pos) {
  const found = new Set();
  for (const match of state.doc.toString().matchAll(/[?$][\p{L}\p{N}_]+/gu)) {
    if (match.index + match[0].length !== pos) found.add(match[0]);
  }
  return [...found].map((label) => ({ label, type: "variable", detail: "variable", boost: 40 }));
}

function declarations(prefixes) {
  return Object.entries(prefixes).map(([prefix, iri]) => ({ label: `${prefix}:`, detail: iri, apply: `${prefix}: <${iri}>` }));
}

function ofPrefix(prefix, iri) {
  return { label: `${prefix}:`, detail: "prefix", info: iri, type: "namespace", apply: inserting({ prefix, local: "", iri }) };
}

function ofTerm(term, prefixed) {
  const [prefix, local] = split(term.name);
  return {
    // What is typed is compared with the label: the name alone is enough to find a term.
    label: prefixed ? term.name : local,
    displayLabel: term.name,
    detail: term.label && `${term.label} (${KINDS[term.kind]})`,
    info: term.description || null,
    type: KINDS[term.kind],
    // Terms that the data uses come first, the more the sooner.
    boost: Math.min(30, Math.round(5 * Math.log10(1 + term.uses))),
    apply: inserting({ prefix, local, iri: term.iri }),
  };
}

function ofConcept(concept) {
  return { label: concept.label, detail: concept.kind, info: concept.iri, type: "value", apply: `<${concept.iri}>` };
}

function split(name) {
  const colon = name.indexOf(":");
  return [name.slice(0, colon), name.slice(colon + 1)];
}

/** Returns what puts a name into the query under the prefix that the query has for it, with a PREFIX line if it has none. */
function inserting({ prefix, local, iri }) {
  const namespace = iri.slice(0, iri.length - local.length);
  return (view, completion, from, to) => {
    const { text, line } = written(view.state, prefix, namespace, local);
    const at = from + text.length + (line ? line.insert.length : 0);
    view.dispatch({
      changes: [...(line ? [line] : []), { from, to, insert: text }],
      selection: { anchor: at },
      scrollIntoView: true,
      userEvent: "input.complete",
      annotations: pickedCompletion.of(completion),
    });
  };
}

function written(state, prefix, namespace, local) {
  const { declared, end } = prologue(state);
  const own = [...declared].find(([, iri]) => iri === namespace);
  if (own) return { text: `${own[0]}:${local}`, line: null };
  // The query means something else by our prefix: the whole IRI says what is meant.
  if (declared.has(prefix)) return { text: `<${namespace}${local}>`, line: null };
  return { text: `${prefix}:${local}`, line: prefixLine(prefix, namespace, end) };
}

function prefixLine(prefix, namespace, end) {
  const text = `PREFIX ${prefix}: <${namespace}>`;
  return end ? { from: end, insert: `\n${text}` } : { from: 0, insert: `${text}\n` };
}

/** Returns the prefixes that the query declares, and where its last declaration ends (0 when there is none). */
function prologue(state) {
  const declared = new Map();
  let end = 0;
  (ensureSyntaxTree(state, state.doc.length, 200) ?? syntaxTree(state)).iterate({
    enter(node) {
      if (node.name !== "PrefixDecl" && node.name !== "BaseDecl") return;
      end = node.to;
      const match = /^prefix\s+([^\s:]*):\s*<([^>]*)>/i.exec(state.doc.sliceString(node.from, node.to));
      if (match) declared.set(match[1], match[2]);
    },
  });
  return { declared, end };
}

/** Adds the PREFIX line when somebody writes a prefix of ours out by hand, at its colon. */
export function declareTyped(words) {
  return EditorView.inputHandler.of((view, from, to, text) => {
    if (text !== ":" || isClosed(view.state, from)) return false;
    const line = view.state.doc.lineAt(from);
    const before = line.text.slice(0, from - line.from);
    const prefix = /[\p{L}\p{N}_-]*$/u.exec(before)[0];
    const namespace = Object.hasOwn(words.known.prefixes, prefix) && words.known.prefixes[prefix];
    const { declared, end } = prologue(view.state);
    const start = before.slice(0, before.length - prefix.length);
    if (!namespace || declared.has(prefix) || /\bprefix\s+$/i.test(start) || /[?$:<@]$/.test(start)) return false;
    const added = prefixLine(prefix, namespace, end);
    view.dispatch({
      changes: [added, { from, to, insert: ":" }],
      selection: { anchor: from + 1 + added.insert.length },
      scrollIntoView: true,
      userEvent: "input.type",
    });
    return true;
  });
}
