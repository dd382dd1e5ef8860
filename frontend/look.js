// How the editor looks: the site's own tokens, which pass into the shadow root and follow light and dark.
import { HighlightStyle, LanguageSupport } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

/** SPARQL, with names under a prefix told apart from whole IRIs. */
export const sparql = new LanguageSupport(
  SparqlLanguage.configure({
    props: [styleTags({ "Pname_ns Pname_ln PrefixedName": tags.propertyName, IriRef: tags.url, A_predicate: tags.keyword })],
  }),
);

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool], color: "var(--project)", fontWeight: "650" },
  { tag: tags.variableName, color: "var(--concept)" },
  { tag: [tags.propertyName, tags.namespace], color: "var(--council)" },
  { tag: [tags.string, tags.url, tags.annotation, tags.typeName], color: "var(--dataset)" },
  { tag: tags.number, color: "var(--principle)" },
  { tag: tags.comment, color: "var(--ink-soft)", fontStyle: "italic" },
]);

export const look = EditorView.theme({
  "&": {
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    background: "var(--surface)",
    color: "var(--ink)",
    fontSize: ".9375rem",
  },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", maxHeight: "36rem", overflow: "auto" },
  ".cm-content, .cm-gutter": { minHeight: "17rem" },
  ".cm-content": { padding: ".8rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { background: "var(--sunken)", color: "var(--ink-soft)", border: "0", borderRadius: "5px 0 0 5px" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 .6rem", minWidth: "2.4rem" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--focus) 30%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "var(--concept-tint)", outline: "1px solid var(--line-strong)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "var(--bad-tint)" },
  ".cm-specialChar": { color: "var(--bad)" },
  // The package draws its wave as a data: image, which the content security policy forbids.
  ".cm-lintRange-error": {
    backgroundImage: "none",
    backgroundColor: "var(--bad-tint)",
    textDecoration: "underline wavy var(--bad)",
    textUnderlineOffset: ".25em",
    paddingBottom: "0",
  },
  ".cm-tooltip": {
    background: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    boxShadow: "0 4px 16px rgb(0 0 0 / .2)",
  },
  ".cm-tooltip.cm-completionInfo": { padding: ".5rem .7rem", maxWidth: "min(22rem, 90vw)", font: "400 .9375rem/1.45 var(--text)", overflowWrap: "anywhere" },
  // On a phone there is no room for it beside the list. It has to keep its width, though: the editor measures
  // it again, and one that has none would fit into the margin, a letter on each line.
  ".cm-completionInfo.cm-completionInfo-left-narrow, .cm-completionInfo.cm-completionInfo-right-narrow": { visibility: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: ".9375rem", maxHeight: "none", maxWidth: "min(34rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0 .7rem", lineHeight: "1.85rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--council-tint)",
    color: "var(--ink)",
    outline: "2px solid var(--council)",
    outlineOffset: "-2px",
  },
  ".cm-completionMatchedText": { textDecoration: "underline", fontWeight: "650" },
  ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal", fontFamily: "var(--text)", marginLeft: ".8rem" },
  ".cm-diagnostic": { padding: ".5rem .7rem", borderLeft: "4px solid var(--bad)", font: "400 .9375rem/1.45 var(--text)" },
  "@media print": { ".cm-scroller": { maxHeight: "none", overflow: "visible" }, ".cm-line": { whiteSpace: "pre-wrap" } },
  ".cm-panels": { background: "var(--sunken)", color: "var(--ink)" },
  ".cm-panel.cm-panel-lint ul": { fontFamily: "var(--text)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { background: "var(--bad-tint)", color: "var(--ink)", outline: "2px solid var(--bad)", outlineOffset: "-2px" },
});
