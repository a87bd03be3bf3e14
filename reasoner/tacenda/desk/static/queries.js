// Queries made lively: an editor in the place of the text area, tables that sort, a list that narrows as one types.
"use strict";
(() => {
  for (const area of document.querySelectorAll("textarea[data-sparql]")) if (window.tacendaEditor) edit(area);
  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  for (const box of document.querySelectorAll("[data-sift]")) sift(box);

  function edit(area) {
    const { basicSetup, EditorView, Prec, keymap, indentWithTab, setDiagnostics, sparql, SparqlLanguage } = window.tacendaEditor;
    const { HighlightStyle, syntaxHighlighting, tags } = window.tacendaEditor;
    // colours that can be read on light and on dark paper
    const colours = HighlightStyle.define([
      { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--accent)", fontWeight: "600" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--permitted)" },
      { tag: [tags.number, tags.bool, tags.atom, tags.literal], color: "var(--privileged)" },
      { tag: [tags.url, tags.link, tags.meta], color: "var(--forbidden)" },
      { tag: tags.invalid, color: "var(--required)" },
    ]);
    const run = () => { area.value = view.state.doc.toString(); area.form.requestSubmit(); return true; };
    const view = new EditorView({
      doc: area.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        basicSetup,
        sparql(),
        syntaxHighlighting(colours),
        SparqlLanguage.data.of({ autocomplete: terms(area.dataset.terms) }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "SPARQL" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    });
    area.hidden = true;
    area.after(view.dom);
    area.form.addEventListener("submit", () => { area.value = view.state.doc.toString(); });
    const label = document.querySelector(`label[for="${area.id}"]`);
    if (label) label.addEventListener("click", () => view.focus());
    const row = Number(area.dataset.row);
    if (row >= 1 && row <= view.state.doc.lines) {
      const line = view.state.doc.line(row);
      const from = Math.min(line.from + Math.max(Number(area.dataset.column) - 1, 0), line.to);
      const to = Math.max(Math.min(from + 1, view.state.doc.length), from);
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message: area.dataset.message || "" }]));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    }
  }

  function terms(address) {
    let known;
    return async (context) => {
      const word = context.matchBefore(/[\w-]*:?[\w.-]*/);
      if (!word || (word.from === word.to && !context.explicit)) return null;
      if (context.state.sliceDoc(word.from - 1, word.from).match(/[?$<"']/)) return null;
      known ??= fetch(address).then((answer) => answer.json()).catch(() => []);
      const options = (await known).flatMap(({ name, label, kind }) => [
        { label: name, detail: label === name ? kind : label, type: "class" },
        ...(label && label !== name && !word.text.includes(":") ? [{ label, detail: name, apply: name, type: "text" }] : []),
      ]);
      return { from: word.from, options, validFor: /^[\w.:-]*$/ };
    };
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const text = (row) => row.cells[place].textContent;
        const numeric = [...body.rows].every((row) => text(row) === "" || !Number.isNaN(Number(text(row))));
        const compare = numeric ? (a, b) => Number(text(a)) - Number(text(b)) : (a, b) => text(a).localeCompare(text(b));
        body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b)));
      });
    });
  }

  function sift(box) {
    const input = box.querySelector("[data-sift-input]");
    const members = [...document.querySelectorAll(box.dataset.sift)];
    input.addEventListener("input", () => {
      const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      for (const one of members) one.hidden = !words.every((word) => one.textContent.toLocaleLowerCase().includes(word));
    });
  }
})();
