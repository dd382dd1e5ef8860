// Puts a SPARQL editor in place of the query page's textarea. The form underneath goes on working: the editor only
// writes into the textarea, and the page is whole without this script.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";

import { completions, declareTyped } from "./completions.js";
import { keepHistory } from "./history.js";
import { colours, look, sparql } from "./look.js";
import { vocabulary } from "./vocabulary.js";

const KEYS = "Tab leaves the editor. Control and Enter runs the query. Control and Space suggests words.";

/** Puts the editor over a textarea, and returns its view. */
function mount(textarea) {
  const form = textarea.form;
  const label = textarea.labels[0];
  const host = document.createElement("div");
  // In a shadow root CodeMirror uses constructed style sheets, which the strict content security policy allows.
  const root = host.attachShadow({ mode: "open" });
  const words = vocabulary(textarea.dataset.vocabulary);
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (form.requestSubmit(), true) }])),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        sparql,
        syntaxHighlighting(colours),
        // Ten at a time: a longer list would have to scroll, and a list that scrolls has to be a stop of the Tab key.
        autocompletion({ override: [completions(words)], icons: false, maxRenderedOptions: 10 }),
        declareTyped(words),
        // Tab is bound to nothing: it leaves the editor, as it leaves the textarea.
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": label.textContent.trim(),
          "aria-describedby": "help",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) textarea.value = update.state.doc.toString();
        }),
        look,
      ],
    }),
    root,
  });
  root.append(help(textarea), view.dom);
  textarea.hidden = true;
  textarea.after(host);

  // The words for the list come when somebody is about to write, not with every page.
  view.contentDOM.addEventListener("focus", () => words.load(), { once: true });
  label.addEventListener("click", () => view.focus());
  // What the browser puts back into the form by itself has to come into the editor too.
  form.addEventListener("reset", () => setTimeout(() => copyBack(view, textarea)));
  window.addEventListener("pageshow", () => copyBack(view, textarea));
  return view;
}

/** Returns the description of the editor. An id in the page has no meaning inside a shadow root, so it is said again here. */
function help(textarea) {
  const hint = document.getElementById(textarea.getAttribute("aria-describedby"));
  const element = document.createElement("p");
  element.id = "help";
  element.hidden = true;
  element.textContent = [KEYS, mistakeWords(textarea), hint && hint.textContent.trim()].filter(Boolean).join(" ");
  return element;
}

function copyBack(view, textarea) {
  const doc = view.state.doc;
  if (doc.toString() !== textarea.value) {
    view.dispatch({ changes: { from: 0, to: doc.length, insert: textarea.value } });
  }
}

function mistakeWords({ dataset }) {
  return dataset.line ? `The query has a mistake on line ${dataset.line}: ${dataset.message}.` : "";
}

/** Marks the place that the server named when it refused the query: a token, or the line when there is none. */
function markMistake(view, { dataset }) {
  const number = Number(dataset.line);
  if (!(number >= 1 && number <= view.state.doc.lines)) return;
  const line = view.state.doc.line(number);
  const [from, to] = placeInLine(line.text, Number(dataset.column), dataset.token);
  const mark = { from: line.from + from, to: line.from + to, severity: "error", message: dataset.message };
  view.dispatch(setDiagnostics(view.state, [mark]));
  // Only the editor scrolls to the mark: the page stays where the note is.
  view.requestMeasure({
    read: () => view.lineBlockAt(mark.from).top - view.scrollDOM.clientHeight / 2,
    write: (top) => (view.scrollDOM.scrollTop = top),
  });
  // The same lines with the same mark stand above the form for browsers without script.
  for (const excerpt of document.querySelectorAll("[data-mistake]")) excerpt.remove();
}

/** Returns where in a line the mistake is. The server counts columns in characters, the editor in UTF-16 units. */
function placeInLine(text, column, token) {
  const start = column >= 1 ? [...text].slice(0, column - 1).join("").length : 0;
  if (token && text.startsWith(token, start)) return [start, start + token.length];
  if (token && text.includes(token)) return [text.indexOf(token), text.indexOf(token) + token.length];
  const from = text.length - text.trimStart().length;
  return [from, Math.max(text.trimEnd().length, from)];
}

/** Says the keys beside the buttons: without script there are none. */
function sayKeys(form) {
  const hint = document.createElement("span");
  hint.className = "hint no-print";
  const parts = [["Ctrl", "Enter", " runs it. "], ["Ctrl", "Space", " suggests words."]];
  for (const [first, second, words] of parts) hint.append(key(first), " + ", key(second), words);
  form.querySelector(".bar-actions").append(hint);
}

function key(name) {
  const element = document.createElement("kbd");
  element.textContent = name;
  return element;
}

const textarea = document.querySelector("textarea[data-vocabulary]");
if (textarea) {
  const view = mount(textarea);
  markMistake(view, textarea);
  sayKeys(textarea.form);
  keepHistory(textarea);
}
