// An editor for SPARQL: https://codemirror.net and https://github.com/aatauil/codemirror-lang-sparql (MIT licence)
/*! CodeMirror 6, © Marijn Haverbeke and others; Lezer, © Marijn Haverbeke; codemirror-lang-sparql, © its authors; style-mod, w3c-keyname, crelt,
 * © Marijn Haverbeke. MIT licence: permission is hereby granted, free of charge, to any person obtaining a copy of this
 * software and associated documentation files, to deal in the Software without restriction, subject to the condition
 * that this notice is included. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND. */
import { basicSetup, EditorView } from "codemirror";
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { autocompletion } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { forceLinting, linter, setDiagnostics } from "@codemirror/lint";
import { sparql, SparqlLanguage } from "codemirror-lang-sparql";

globalThis.tacendaEditor = {
  basicSetup, EditorView, Prec, keymap, autocompletion, indentWithTab, linter, setDiagnostics, forceLinting,
  sparql, SparqlLanguage, HighlightStyle, syntaxHighlighting, tags,
};
