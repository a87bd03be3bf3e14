// A rule graph to walk in: pan, zoom, search, hide kinds and states, read a node, follow its lines.
// Without this script the picture stays whole: nodes keep their tooltips and their links.
"use strict";

(() => {
  const MARGIN = 24;
  // Below this scale nothing can be read: a picture that would be smaller opens around its first node instead,
  // at a scale that can.
  const LEAST = 0.55;
  const READABLE = 0.9;
  const CLOSE = 1.25;

  class RuleGraph {
    constructor(root) {
      this.root = root;
      this.data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
      this.svg = root.querySelector("svg.picture");
      this.panel = root.querySelector(".graph-panel");
      this.idle = this.panel.innerHTML;
      this.status = root.querySelector(".graph-found");
      this.search = root.querySelector("input[type='search']");
      this.nodes = [...this.svg.querySelectorAll("g.node")];
      this.lines = [...this.svg.querySelectorAll("g.edge[data-from]")];
      this.copies = new Map();
      for (const node of this.nodes) {
        const name = node.dataset.of;
        if (name) this.copies.set(name, [...(this.copies.get(name) ?? []), node]);
      }
      this.selected = null;
      this.found = [];
      this.at = -1;
      this.setUpZoom();
      this.setUpNodes();
      this.setUpTools();
      root.classList.add("is-live");
      this.open();
    }

    open() {
      this.fit(this.data.apart ? 0 : LEAST);
      if (this.placed) this.fromAddress();
    }

    // ── moving about ──────────────────────────────────────────────────────────────────────────────

    setUpZoom() {
      const { select, zoom } = globalThis.tacendaZoom;
      const box = this.svg.viewBox.baseVal;
      this.size = { width: box.width, height: box.height };
      this.svg.removeAttribute("width");
      this.svg.removeAttribute("height");
      this.view = document.createElementNS(this.svg.namespaceURI, "g");
      for (const child of [...this.svg.children]) {
        if (child.localName === "g") this.view.append(child);
      }
      this.svg.append(this.view);
      this.whole = this.svg.getAttribute("viewBox");
      this.zoom = zoom()
        .scaleExtent([0.02, 6])
        // the wheel zooms only with Ctrl, or once the picture has the focus: otherwise the page scrolls as it should
        .filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey || this.isAwake()))
        .on("zoom", ({ transform }) => this.view.setAttribute("transform", transform));
      this.picture = select(this.svg).call(this.zoom).on("dblclick.zoom", null);
      this.svg.addEventListener("pointerdown", () => this.svg.classList.add("is-awake"));
      this.svg.addEventListener("pointerleave", () => this.svg.classList.remove("is-awake"));
      addEventListener("beforeprint", () => {
        this.printing = true;
        this.svg.setAttribute("viewBox", this.whole);
      });
      addEventListener("afterprint", () => {
        this.printing = false;
        this.resize();
      });
      // a picture that is folded away has no size, and finds its place when it is unfolded
      new ResizeObserver(() => (this.placed ? this.resize() : this.open())).observe(this.svg);
    }

    isAwake() {
      return this.svg.classList.contains("is-awake") || this.svg.contains(document.activeElement);
    }

    resize() {
      const { width, height } = this.svg.getBoundingClientRect();
      if (width && height && !this.printing) this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    }

    fit(least = 0) {
      const room = this.svg.parentElement.clientWidth;
      const wanted = room * (this.size.height / this.size.width) + MARGIN;
      this.svg.style.height = `${Math.round(Math.max(Math.min(420, innerHeight * 0.45), Math.min(wanted, innerHeight * 0.75)))}px`;
      this.resize();
      this.show({ x: 0, y: 0, ...this.size }, CLOSE);
      const { zoomTransform } = globalThis.tacendaZoom;
      const first = this.copies.get(this.data.first)?.[0];
      if (first && zoomTransform(this.svg).k < least) this.show(this.boxOf([first]), READABLE);
    }

    // Puts a box of the picture in the middle, as large as it fits and no larger than `most`.
    show(box, most) {
      const { width, height } = this.svg.getBoundingClientRect();
      if (!width || !height) return;
      const fitting = Math.min((width - MARGIN) / box.width, (height - MARGIN) / box.height);
      const scale = Math.max(0.02, Math.min(fitting, most));
      const { zoomIdentity } = globalThis.tacendaZoom;
      // no emptiness beyond the edges of a picture that is larger than its frame
      const within = (middle, room, size) =>
        size * scale < room ? size / 2 : Math.max(room / scale / 2, Math.min(middle, size - room / scale / 2));
      const place = zoomIdentity
        .translate(width / 2, height / 2)
        .scale(scale)
        .translate(
          -within(box.x + box.width / 2, width - MARGIN, this.size.width),
          -within(box.y + box.height / 2, height - MARGIN, this.size.height),
        );
      this.picture.call(this.zoom.transform, place);
      this.placed = true;
    }

    // The box of some nodes in the coordinates of the picture.
    boxOf(nodes) {
      const inverse = this.view.getScreenCTM().inverse();
      const corners = nodes.flatMap((node) => {
        const { left, top, right, bottom } = node.getBoundingClientRect();
        return [new DOMPoint(left, top), new DOMPoint(right, bottom)].map((point) => point.matrixTransform(inverse));
      });
      const [xs, ys] = [corners.map((point) => point.x), corners.map((point) => point.y)];
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    }

    reach(node) {
      const seen = node.getBoundingClientRect();
      const frame = this.svg.getBoundingClientRect();
      const inside =
        seen.left >= frame.left && seen.right <= frame.right && seen.top >= frame.top && seen.bottom <= frame.bottom;
      if (!inside || seen.height < 12) this.show(this.boxOf([node]), CLOSE);
    }

    // ── reading ───────────────────────────────────────────────────────────────────────────────────

    setUpNodes() {
      for (const node of this.nodes) {
        const name = node.dataset.of;
        if (!name) continue;
        const link = node.querySelector("a");
        link?.setAttribute("tabindex", "-1");
        node.setAttribute("tabindex", this.stop ? "-1" : "0");
        this.stop ??= node;
        // what holds a link is no button
        node.setAttribute("role", link ? "group" : "button");
        const caption = node.querySelector("title");
        node.setAttribute("aria-label", caption.textContent);
        caption.remove();
        node.addEventListener("pointerenter", () => this.selected || this.read(name));
        node.addEventListener("focus", () => {
          // Tab stops at one node, the last; from there the arrow keys lead on
          this.stop.setAttribute("tabindex", "-1");
          this.stop = node;
          node.setAttribute("tabindex", "0");
          if (!this.selected) this.read(name);
        });
        node.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          if (link && this.selected === name) return;
          event.preventDefault();
          event.stopPropagation();
          this.select(name, node);
        });
        node.addEventListener("keydown", (event) => this.key(event, node, name));
      }
      this.svg.addEventListener("click", () => this.select(null));
      this.svg.addEventListener("pointerleave", () => this.selected || this.rest());
      this.panel.addEventListener("click", (event) => {
        const wanted = event.target.closest("button[data-to]");
        if (wanted) this.go(wanted.dataset.to);
      });
      this.root.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.select(null);
      });
    }

    key(event, node, name) {
      const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        const { link } = this.data.nodes[name];
        if (event.key === "Enter" && this.selected === name && link) location.assign(link);
        else this.select(name, node);
      } else if (event.key in directions) {
        event.preventDefault();
        const next = this.nearest(node, directions[event.key]);
        if (next) {
          next.focus({ preventScroll: true });
          this.reach(next);
          if (this.selected) this.select(next.dataset.of, next);
        }
      }
    }

    // The nearest node in a direction: sideways distance counts twice.
    nearest(node, [dx, dy]) {
      const middle = (one) => {
        const { left, top, width, height } = one.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
      };
      const [x, y] = middle(node);
      let best = null;
      let least = Infinity;
      for (const other of this.nodes) {
        if (other === node || !other.dataset.of || other.classList.contains("is-hidden")) continue;
        const [ox, oy] = middle(other);
        const along = (ox - x) * dx + (oy - y) * dy;
        const across = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
        if (along > 1 && along + 2 * across < least) [best, least] = [other, along + 2 * across];
      }
      return best;
    }

    rest() {
      this.panel.innerHTML = this.idle;
    }

    read(name) {
      const about = this.data.nodes[name];
      if (!about) return;
      const make = (tag, text, className) => {
        const element = document.createElement(tag);
        if (text) element.textContent = text;
        if (className) element.className = className;
        return element;
      };
      const parts = [make("p", about.citation ? `${about.kind} · ${about.citation}` : about.kind, "graph-kind")];
      parts.push(make("h3", about.label));
      if (about.state || about.state_note) {
        parts.push(make("p", [about.mark, about.state_note].filter(Boolean).join(" · "), "graph-state"));
      }
      if (about.words) parts.push(make("blockquote", `“${about.words}”`));
      const facts = make("dl");
      const add = (term, value) => value && facts.append(make("dt", term), make("dd", value));
      add(about.review ? "details" : "means", about.note);
      add("checked", about.review);
      const dates = [about.in_force_from && `from ${about.in_force_from}`, about.in_force_until && `until ${about.in_force_until}`];
      add("in force", dates.filter(Boolean).join(" "));
      add("name", about.iri && !name.includes(" ") ? name : "");
      if (facts.children.length) parts.push(facts);
      for (const [heading, others] of this.related(name)) {
        parts.push(make("h4", heading));
        const list = make("ul");
        for (const other of others) {
          const { label = other, citation, link } = this.data.nodes[other] ?? {};
          const text = citation ? `${citation}: ${label}` : label;
          const shown = this.copies.has(other);
          const way = make(shown ? "button" : link ? "a" : "span", text);
          if (shown) Object.assign(way, { type: "button" }).dataset.to = other;
          else if (link) way.href = link;
          const item = make("li");
          item.append(way);
          list.append(item);
        }
        parts.push(list);
      }
      if (about.link) {
        const link = make("a", "open its page", "graph-link");
        link.href = about.link;
        const line = make("p");
        line.append(link);
        parts.splice(2, 0, line);
      }
      this.panel.replaceChildren(...parts);
    }

    // What a node is related to, by relation, both ways; groups of conditions are looked through.
    related(name) {
      const found = new Map();
      const isGroup = (one) => this.data.nodes[one]?.kind === "Condition";
      const put = (heading, other, [from, to]) => {
        if (!isGroup(other)) {
          found.set(heading, [...new Set([...(found.get(heading) ?? []), other])]);
          return;
        }
        for (const edge of this.data.edges) if (edge[from] === other) put(heading, edge[to], [from, to]);
      };
      for (const [source, target, relation] of this.data.edges) {
        if (source === name) put(relation, target, [0, 1]);
        if (target === name) put(this.data.inverse[relation] ?? relation, source, [1, 0]);
      }
      return found;
    }

    // ── choosing ──────────────────────────────────────────────────────────────────────────────────

    // Shows a node with all that stands around it, the rest faint; nothing chosen shows everything again.
    select(name, node) {
      this.selected = name;
      this.svg.classList.toggle("has-focus", Boolean(name));
      for (const one of this.svg.querySelectorAll(".is-near, .is-selected")) one.classList.remove("is-near", "is-selected");
      this.address(name);
      if (!name) {
        this.rest();
        return;
      }
      for (const copy of this.copies.get(name) ?? []) copy.classList.add("is-selected", "is-near");
      this.spread(name);
      this.read(name);
      if (node) this.reach(node);
    }

    // Marks what is one line away from a node, and looks through gates and groups.
    spread(name) {
      const seen = new Set();
      const edge = [...(this.copies.get(name) ?? [])];
      while (edge.length) {
        const node = edge.pop();
        if (seen.has(node)) continue;
        seen.add(node);
        for (const line of this.linesAt(node)) {
          line.classList.add("is-near");
          const other = line.ends[0] === node ? line.ends[1] : line.ends[0];
          other.classList.add("is-near");
          if (other.classList.contains("condition")) edge.push(other);
        }
      }
    }

    linesAt(node) {
      if (!this.touching) {
        const places = new Map(this.nodes.map((node) => [node.dataset.node, node]));
        this.touching = new Map();
        for (const line of this.lines) {
          line.ends = [places.get(line.dataset.from), places.get(line.dataset.to)];
          for (const end of line.ends) this.touching.set(end, [...(this.touching.get(end) ?? []), line]);
        }
      }
      return this.touching.get(node) ?? [];
    }

    go(name) {
      const node = (this.copies.get(name) ?? []).find((one) => !one.classList.contains("is-hidden"));
      if (!node) return;
      this.select(name, node);
      node.focus({ preventScroll: true });
    }

    address(name) {
      const here = new URL(location.href);
      here.hash = name ? `node=${encodeURIComponent(name)}` : "";
      if (here.href !== location.href) history.replaceState(history.state, "", here);
    }

    fromAddress() {
      const name = new URLSearchParams(location.hash.slice(1)).get("node");
      if (name && this.copies.has(name)) {
        const node = this.copies.get(name)[0];
        this.show(this.boxOf([node]), CLOSE);
        this.select(name, node);
      }
    }

    // ── searching and sifting ─────────────────────────────────────────────────────────────────────

    setUpTools() {
      const tool = (name, act) => this.root.querySelector(`[data-tool='${name}']`)?.addEventListener("click", act);
      tool("closer", () => this.picture.call(this.zoom.scaleBy, 1.4));
      tool("farther", () => this.picture.call(this.zoom.scaleBy, 1 / 1.4));
      tool("whole", () => this.fit());
      tool("print", () => print());
      this.search.addEventListener("input", () => this.find(this.search.value));
      this.search.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          this.next(event.shiftKey ? -1 : 1);
        }
      });
      for (const box of this.root.querySelectorAll("input[data-hide]")) {
        box.addEventListener("change", () => this.sift());
      }
      // a browser that comes back to the page keeps what was typed and ticked
      this.sift();
      this.find(this.search.value);
    }

    find(text) {
      const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
      this.at = -1;
      this.found = [];
      for (const node of this.nodes) {
        const about = this.data.nodes[node.dataset.of];
        const hay = about ? `${node.dataset.of} ${Object.values(about).join(" ")}`.toLowerCase() : "";
        const hit = Boolean(wanted.length && hay && wanted.every((word) => hay.includes(word)));
        node.classList.toggle("is-found", hit);
        if (hit && !node.classList.contains("is-hidden")) this.found.push(node);
      }
      this.svg.classList.toggle("has-found", this.found.length > 0);
      this.status.textContent = wanted.length ? `${this.found.length || "nothing"} found` : "";
    }

    next(step) {
      if (!this.found.length) return;
      this.at = (this.at + step + this.found.length) % this.found.length;
      const node = this.found[this.at];
      this.status.textContent = `${this.at + 1} of ${this.found.length} found`;
      this.show(this.boxOf([node]), CLOSE);
      this.select(node.dataset.of, node);
    }

    sift() {
      const hidden = [...this.root.querySelectorAll("input[data-hide]:not(:checked)")].map((box) => box.dataset.hide);
      for (const node of this.nodes) {
        node.classList.toggle("is-hidden", hidden.some((name) => node.classList.contains(name)));
      }
      this.linesAt(null);
      for (const line of this.lines) {
        line.classList.toggle("is-hidden", line.ends.some((end) => end.classList.contains("is-hidden")));
      }
    }
  }

  const start = () => {
    for (const root of document.querySelectorAll(".rule-graph:not(.is-live)")) new RuleGraph(root);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
