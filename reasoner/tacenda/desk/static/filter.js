// Lets a reader narrow down a long list by typing: every word must stand in an entry. Without this script all is shown.
"use strict";
for (const list of document.querySelectorAll("[data-filter]")) {
  const entries = [...list.querySelectorAll(".terms > dt, .provisions > li")].map((entry) => {
    const parts = [entry];
    if (entry.matches("dt") && entry.nextElementSibling?.matches("dd")) parts.push(entry.nextElementSibling);
    return { parts, text: parts.map((part) => part.textContent).join(" ").toLowerCase() };
  });
  const form = document.createElement("p");
  const label = document.createElement("label");
  label.textContent = list.dataset.filter;
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  const told = document.createElement("span");
  told.className = "hint";
  told.setAttribute("role", "status");
  label.append(" ", field);
  form.append(label, told);
  form.className = "no-print";
  list.before(form);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { parts, text } of entries) {
      const fits = words.every((word) => text.includes(word));
      for (const part of parts) part.hidden = !fits;
      shown += fits;
    }
    for (const section of list.querySelectorAll("section")) {
      section.hidden = !section.querySelector(".terms > dt:not([hidden]), .provisions > li:not([hidden])");
    }
    told.textContent = words.length ? ` ${shown} of ${entries.length}` : "";
  });
}
