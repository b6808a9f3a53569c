// The live part of the page: polls the state of this visitor's drawings and shows it.
// Every text of a visitor reaches the page by textContent alone.
(() => {
  "use strict";
  const FAST = 700, SLOW = 4000, COLORS = ["#6366f1", "#f59e0b", "#10b981", "#ef4444", "#06b6d4", "#a855f7", "#84cc16", "#f472b6"];
  let chosen = "", failures = 0, timer = 0;

  const part = (name) => document.querySelector(`#vq-live [data-part="${name}"]`);
  const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const picture = (name, kind) => `vqclip/${kind}/${name.split("/").map(encodeURIComponent).join("/")}`;

  function duration(seconds) {
    if (seconds === null || seconds === undefined) return "";
    if (seconds < 60) return `about ${Math.max(1, Math.round(seconds))} s left`;
    return `about ${Math.round(seconds / 60)} min left`;
  }

  function words(ticket) {
    const noun = ticket.kind === "series" ? "picture" : "step";
    if (ticket.state === "waiting") return ticket.place > 1 ? `waiting: number ${ticket.place} in the queue` : "waiting: next in the queue";
    if (ticket.state === "drawing") {
      if (!ticket.steps || (!ticket.preview && ticket.kind !== "series")) return "loading the models";
      return `${noun} ${ticket.step} of ${ticket.steps}; ${duration(ticket.seconds_left)}`.replace(/; $/, "");
    }
    if (ticket.state === "done") return ticket.kind === "series" ? `done: ${ticket.step} of ${ticket.steps} pictures` : `done: ${ticket.name}`;
    if (ticket.state === "stopped") return `stopped at ${noun} ${ticket.step} of ${ticket.steps}`;
    return ticket.state;
  }

  function show(image, url) {
    if (image.dataset.url === url) return;
    image.dataset.url = url;
    if (!url) { image.removeAttribute("src"); image.hidden = true; return; }
    const next = new Image();
    next.onload = () => { if (image.dataset.url === url) { image.src = url; image.hidden = false; } };
    next.src = url;
  }

  function plot(losses) {
    const box = part("plot"), legend = part("legend");
    const names = losses.length ? [...new Set(losses.flatMap(([, table]) => Object.keys(table)))] : [];
    const key = `${losses.length} ${losses.length ? losses[losses.length - 1][0] : 0}`;
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 320 110");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "losses by step");
    legend.replaceChildren();
    if (losses.length > 1) {
      const values = losses.flatMap(([, table]) => Object.values(table)).filter(Number.isFinite);
      const low = Math.min(0, ...values), high = Math.max(...values, low + 1e-6);
      const first = losses[0][0], last = losses[losses.length - 1][0];
      names.forEach((name, index) => {
        const line = document.createElementNS(space, "polyline");
        const points = losses.filter(([, table]) => Number.isFinite(table[name])).map(([step, table]) =>
          `${((step - first) / Math.max(1, last - first) * 316 + 2).toFixed(1)},${(106 - (table[name] - low) / (high - low) * 102).toFixed(1)}`);
        line.setAttribute("points", points.join(" "));
        line.setAttribute("fill", "none");
        line.setAttribute("stroke", COLORS[index % COLORS.length]);
        line.setAttribute("stroke-width", "2");
        line.setAttribute("vector-effect", "non-scaling-stroke");
        svg.append(line);
      });
    }
    names.forEach((name, index) => {
      const entry = element("span", "vq-key"), dot = element("i");
      dot.style.background = COLORS[index % COLORS.length];
      const value = losses[losses.length - 1][1][name];
      entry.append(dot, document.createTextNode(`${name} ${Number.isFinite(value) ? value.toFixed(3) : ""}`));
      legend.append(entry);
    });
    box.replaceChildren(svg);
  }

  function cells(ticket) {
    const box = part("cells");
    const key = JSON.stringify(ticket.cells);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(...ticket.cells.map((cell) => {
      const node = element("figure", "vq-cell");
      if (cell.picture) {
        const link = element("a"), image = element("img");
        link.href = picture(cell.picture, "picture"); link.target = "_blank"; link.rel = "noopener";
        image.src = picture(cell.picture, "thumbnail"); image.alt = cell.name; image.loading = "lazy";
        link.append(image); node.append(link);
      } else node.append(element("div", "vq-empty", cell.state));
      node.append(element("figcaption", "", cell.labels.join(" · ")));
      return node;
    }));
  }

  function list(name, entries, render) {
    const box = part(name), key = JSON.stringify(entries);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(...entries.map(render));
  }

  function entry(ticket) {
    const item = element("li"), label = element("button", "vq-link", ticket.title);
    label.type = "button"; label.disabled = !ticket.own;
    label.addEventListener("click", () => { chosen = ticket.id; poll(); });
    item.append(label, element("span", "vq-state", ticket.state));
    if (ticket.own && (ticket.state === "waiting" || ticket.state === "drawing")) {
      const button = element("button", "vq-small", ticket.state === "waiting" ? "Cancel" : "Stop");
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent} ${ticket.title}`);
      button.addEventListener("click", () => act("stop", ticket.id));
      item.append(button);
    }
    return item;
  }

  function buttons(ticket) {
    const one = ticket && ticket.kind === "picture", state = ticket ? ticket.state : "";
    const may = {
      stop: state === "drawing" || state === "waiting",
      continue: Boolean(ticket && ticket.can_continue),
      more: one && (state === "done" || state === "stopped"),
      vary: one && state === "done",
      upscale: one && state === "done",
    };
    for (const [verb, allowed] of Object.entries(may)) {
      const button = document.querySelector(`#vq-live [data-verb="${verb}"]`);
      if (button) button.disabled = !allowed;
    }
    const zip = part("zip"), ready = ticket && ticket.kind === "series" && ticket.cells.some((cell) => cell.picture);
    if (ready) { zip.href = `vqclip/zip/${ticket.id}`; zip.removeAttribute("aria-disabled"); }
    else { zip.removeAttribute("href"); zip.setAttribute("aria-disabled", "true"); }
  }

  function render(state) {
    const root = document.getElementById("vq-live");
    if (!root) return;
    const ticket = state.ticket;
    root.dataset.ticket = ticket ? ticket.id : "";
    root.dataset.state = ticket ? ticket.state : "";
    root.dataset.version = ticket ? String(ticket.preview) : "0";
    root.classList.toggle("vq-series", Boolean(ticket && ticket.kind === "series"));
    put(part("title"), ticket ? ticket.title : "Nothing is drawn yet");
    put(part("status"), ticket ? words(ticket) : "Describe a picture, and press Draw.");
    put(part("error"), ticket ? ticket.error : "");
    put(part("origin"), ticket && ticket.origin ? `Starts from ${ticket.origin}` : "");
    put(part("facts"), ticket && ticket.kind === "picture" ? `${ticket.width}x${ticket.height}, seed ${ticket.seed}` : "");
    const bar = part("bar");
    const share = ticket && ticket.steps ? ticket.step / ticket.steps : 0;
    bar.style.transform = `scaleX(${Math.min(1, share)})`;
    bar.parentElement.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    const finished = ticket && ticket.kind === "picture" && ticket.state === "done" && ticket.name;
    const url = !ticket ? "" : finished ? picture(ticket.name, "picture") : ticket.preview ? `vqclip/preview/${ticket.id}/${ticket.preview}` : ticket.name && ticket.state === "stopped" ? picture(ticket.name, "picture") : "";
    const image = part("image");
    image.alt = ticket ? ticket.title : "";
    show(image, url);
    show(part("start"), ticket && ticket.start ? `vqclip/preview/${ticket.id}/0` : "");
    plot(ticket ? ticket.losses : []);
    cells(ticket || { cells: [] });
    list("notes", ticket ? ticket.notes : [], (text) => element("li", "", text));
    list("queue", state.queue, entry);
    list("recent", state.recent, entry);
    put(part("waiting"), state.waiting ? `Queue (${state.waiting})` : "Queue (empty)");
    buttons(ticket);
  }

  async function poll() {
    clearTimeout(timer);
    let wait = SLOW;
    try {
      const answer = await fetch(`vqclip/state?ticket=${encodeURIComponent(chosen)}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      render(state);
      put(part("connection"), "");
      failures = 0;
      if (state.waiting) wait = FAST;
    } catch (error) {
      failures += 1;
      put(part("connection"), "The server does not answer; the page keeps trying.");
      wait = Math.min(SLOW, FAST * failures);
    }
    timer = setTimeout(poll, document.hidden ? SLOW : wait);
  }

  async function act(verb, id) {
    const steps = Number(document.querySelector('#vq-live [data-part="steps"]').value) || 50;
    const said = part("said");
    try {
      const answer = await fetch("vqclip/act", {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ id, verb, steps }),
      });
      const content = await answer.json();
      put(said, content.error || "");
      if (content.id) chosen = content.id;
    } catch (error) { put(said, "The server does not answer."); }
    poll();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#vq-live [data-verb]");
    if (button && !button.disabled) act(button.dataset.verb, document.getElementById("vq-live").dataset.ticket);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  window.vqclipPoll = () => {
    chosen = "";
    poll();
    // On a telephone the drawing is below the form.
    const root = document.getElementById("vq-live");
    if (root && window.innerWidth < 700) root.scrollIntoView({ block: "start" });
  };
  const begin = setInterval(() => { if (document.getElementById("vq-live")) { clearInterval(begin); poll(); } }, 100);
})();
