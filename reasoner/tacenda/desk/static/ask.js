// The answer follows every change of the question, without losing the place: the same pages, fetched and put in.
"use strict";
(() => {
  let waiting;
  let choosing = null;
  let last = 0;

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form || event.target.name === "find") return;
    // who types the name of a state is at its first letters when the list changes for the first time
    choosing = event.target.matches("select") && (() => answer(form));
    if (choosing) later(choosing);
    else answer(form, { found: event.target.closest("#found") !== null });
  });
  document.addEventListener("keydown", (event) => {
    if (choosing && event.target.matches("select")) later(choosing);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "find") return;
    later(() => answer(event.target.form, { found: true }));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    const all = event.submitter && event.submitter.name === "find";
    answer(form, { found: all, everything: all });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#answer a.button, #question a.what-if, #next a, #answer .supposed a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    const to = new URL(link.href);
    if (to.pathname !== document.querySelector("form[data-live]").getAttribute("action") || to.hash) return;
    event.preventDefault();
    show(to);
  });
  document.addEventListener("toggle", async (event) => {
    const box = event.target;
    if (!box.open || !box.dataset || !box.dataset.source) return;
    const response = await fetch(box.dataset.source);
    const proof = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("proof");
    if (!proof) return;
    delete box.dataset.source;
    proof.removeAttribute("id");
    box.replaceChildren(box.querySelector("summary"), proof);
  }, true);
  addEventListener("popstate", () => show(new URL(location.href), false));

  function later(act) {
    clearTimeout(waiting);
    waiting = setTimeout(() => { choosing = null; act(); }, 250);
  }

  function answer(form, { found = false, everything = false } = {}) {
    const to = new URL(form.action);
    for (const [key, value] of new FormData(form)) if (value && (key !== "find" || found)) to.searchParams.append(key, value);
    // what was answered and is taken back must be told too
    if (everything) to.searchParams.set("find", "*");
    show(to);
  }

  async function show(to, keep = true) {
    const turn = ++last;
    const focused = document.activeElement;
    const place = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.name ? `[name="${CSS.escape(focused.name)}"][value="${CSS.escape(focused.value)}"]` : "");
    const opened = [...document.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
    document.getElementById("answer").classList.add("is-waiting");
    let response;
    try {
      response = await fetch(to, { headers: { Accept: "text/html" } });
    } catch {
      document.getElementById("answer").classList.remove("is-waiting");
      document.getElementById("summary").textContent = "the server does not answer";
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== last) return;
    const typed = document.getElementById("find");
    const text = typed && typed.value;
    document.getElementById("content").replaceChildren(...page.getElementById("content").childNodes);
    document.title = page.title;
    if (keep) history.pushState(null, "", response.url || to);
    const find = document.getElementById("find");
    if (find && text && document.querySelector("#found").childElementCount) find.value = text;
    for (const summary of document.querySelectorAll("details > summary")) if (opened.includes(summary.textContent)) summary.parentElement.open = true;
    const again = place && document.querySelector(place);
    if (again) again.focus({ preventScroll: true });
    if (again && again.id === "find") again.setSelectionRange(again.value.length, again.value.length);
  }
})();
