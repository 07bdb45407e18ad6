"use strict";
// Draws what /live says. Text goes into the page as text only, never as markup.

const byId = (id) => document.getElementById(id);

function make(tag, options = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
        if (name === "text") node.textContent = value;
        else if (name === "class") node.className = value;
        else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
}

const mark = (text, kind) => make("span", { class: `mark ${kind}`, text });

function fill(parent, ...children) {
    parent.replaceChildren(...children);
}

function span(ms) {
    if (ms === undefined || ms === null) return "never";
    const s = Math.floor(ms / 1000);
    if (s < 1) return `${ms} ms`;
    if (s < 120) return `${s} s`;
    if (s < 7200) return `${Math.floor(s / 60)} min`;
    if (s < 172800) return `${Math.floor(s / 3600)} h`;
    return `${Math.floor(s / 86400)} d`;
}

function size(kib) {
    const units = ["KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (kib >= 1024 && unit < units.length - 1) {
        kib /= 1024;
        unit++;
    }
    return `${kib < 10 ? kib.toFixed(1) : Math.round(kib)} ${units[unit]}`;
}

const kinds = {
    Active: "good", Passive: "idle", Activating: "warn", Deactivating: "warn", Failed: "bad", Fencing: "bad",
    Up: "good", Late: "warn", Down: "bad", Dead: "bad", Left: "warn", Unknown: "idle",
    Started: "good", Stopped: "idle", Starting: "warn", Stopping: "warn",
    UpToDate: "good", Connected: "good", Inconsistent: "warn", Diskless: "bad", StandAlone: "bad", Here: "good", There: "idle",
    Answers: "good", Good: "good", Warning: "warn", Critical: "bad", Fails: "bad", Refuses: "bad",
};
const kindOf = (word) => kinds[word] ?? "warn";

function verdict(health) {
    const part = byId("verdict");
    part.dataset.level = health.level;
    const [word] = part.getElementsByTagName("p");
    word.textContent = { Ok: "Everything serves, and everything is spare", Warning: "Serves; something is missing", Critical: "Service is lost or at risk" }[health.level];
    fill(part.getElementsByTagName("ul")[0], ...health.reasons.map((reason) => make("li", { text: reason.text })));
}

function nodeCard(node, isHere, score) {
    const notes = [];
    if (!isHere) notes.push(`heard ${span(node.heard_ms)} ago`);
    if (node.standby) notes.push("standby");
    if (node.maintenance_left > 0) notes.push(`maintenance for ${span(node.maintenance_left * 1000)}`);
    if (node.isolated) notes.push("cut off");
    if (node.starting) notes.push("starting");
    if (isHere && score < 1000) notes.push(`health ${score} of 1000`);
    if (node.pings_known > 0) notes.push(`sees ${node.pings_seen} of ${node.pings_known} references`);
    return make("div", { class: "card" },
        make("h3", {}, node.name, mark(node.state, kindOf(node.state)), isHere ? mark("this page", "idle") : ""),
        make("p", { class: "faint", text: notes.join(", ") }));
}

function row(cells, tag = "td") {
    return make("tr", {}, ...cells.map((cell) => make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
}

function groupCard(group, status) {
    const card = make("div", { class: "card" },
        make("h3", {}, group.name,
            mark(`${status.node.name}: ${group.role}`, kindOf(group.role)),
            group.peer_role ? mark(`${status.peer.name}: ${group.peer_role}`, kindOf(group.peer_role)) : mark(`${status.peer.name}: not heard`, "warn")),
        make("p", { class: "faint", text: `${group.why ? `${group.why}; ` : ""}so for ${span(group.since_ms)}` }));
    for (const reason of group.fit_reasons) card.append(make("p", { class: "warn", text: `${status.node.name} could not take it: ${reason}` }));
    const table = make("table", {}, row(["Resource", "State", "Restarts", "Probe"], "th"));
    for (const one of group.resources) {
        const probe = one.probe;
        table.append(row([
            make("span", {}, one.name, " ", make("span", { class: "faint", text: one.type })),
            make("span", {}, mark(one.state, kindOf(one.state)), " ", one.text),
            one.restarts_max > 0 ? `${one.restarts_used} of ${one.restarts_max}` : "",
            probe ? make("span", { class: probe.healthy === false ? "bad" : "", text: probe.text || (probe.healthy === undefined ? "not asked yet" : "well") }) : "",
        ]));
    }
    card.append(make("div", { class: "wide" }, table));
    return card;
}

// What a replica moved between the nodes, the last five minutes: a point for every snapshot.
const traffic = new Map();

function speedOf(replica, at, now) {
    const moved = now.net_sent_ki_b + now.net_received_ki_b;
    const seen = traffic.get(replica) ?? { at, moved, points: [] };
    // Counters of a process that was started anew begin at zero.
    if (at > seen.at) {
        seen.points = [...seen.points, Math.max(0, moved - seen.moved) * 1000 / (at - seen.at)].slice(-300);
        seen.at = at;
        seen.moved = moved;
    }
    traffic.set(replica, seen);
    return seen.points;
}

function graph(points) {
    const top = Math.max(1, ...points);
    const line = points.map((value, i) => `${(300 - (points.length - 1 - i)).toFixed(1)},${(60 - value * 58 / top).toFixed(1)}`).join(" ");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 300 62");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `Between the nodes, the last ${points.length} s: at most ${size(top)} a second`);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    path.setAttribute("points", line);
    path.setAttribute("fill", "none");
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("vector-effect", "non-scaling-stroke");
    svg.append(path);
    return svg;
}

function replicaCard(replica, status) {
    const now = replica.status;
    if (!now) return make("div", { class: "card" }, make("h3", {}, replica.name, mark("does not answer", "bad")));
    const disk = (node, state) => mark(`${node}: ${state}`, kindOf(state));
    const card = make("div", { class: "card" },
        make("h3", {}, replica.name, mark(now.connection, kindOf(now.connection)), disk(status.node.name, now.disk), disk(status.peer.name, now.peer_disk)),
        make("p", { class: "faint", text: `protocol ${now.protocol}, ${size(now.data_bytes / 1024)}, ${size(now.out_of_sync_ki_b)} differ${now.why ? `; ${now.why}` : ""}` }));
    if (now.frozen) card.append(make("p", { class: "bad", text: `users wait: ${now.frozen}` }));
    const progress = now.progress;
    if (progress) {
        const done = progress.total_ki_b - progress.left_ki_b;
        const left = progress.seconds_left >= 0 ? `, ${span(progress.seconds_left * 1000)} left` : "";
        const words = `${size(done)} of ${size(progress.total_ki_b)}, ${size(progress.ki_b_per_second)} a second${left}`;
        card.append(make("progress", { max: String(Math.max(1, progress.total_ki_b)), value: String(done), "aria-label": words }), make("p", { text: words }));
    }
    const points = speedOf(replica.name, status.unix_ms, now);
    if (points.length > 1) card.append(graph(points), make("p", { class: "faint", text: `between the nodes: ${size(points.at(-1))} a second` }));
    return card;
}

// What a service is busy with, then each layer it was asked in.
function drawCalls(status) {
    const rows = [];
    for (const resource of status.groups.flatMap((group) => group.resources)) {
        const { facts, layers } = resource.probe ?? {};
        const counts = [["calls", "calls"], ["channels", "channels"], ["registered", "registered"],
            ["unregistered", "not registered"], ["queued", "tasks wait"]]
            .filter(([name]) => typeof facts?.[name] === "number").map(([name, words]) => `${facts[name]} ${words}`);
        if (counts.length > 0) rows.push(row([resource.name, mark("busy with", "idle"), counts.join(", "), ""]));
        for (const layer of layers ?? [])
            rows.push(row([`${resource.name}: ${layer.name}`, mark(layer.state, kindOf(layer.state)), layer.text, span(Math.round(layer.took_ms))]));
    }
    byId("calls-part").hidden = rows.length === 0;
    fill(byId("calls"), row(["Service", "State", "In words", "Took"], "th"), ...rows);
}

function drawHealth(status) {
    const order = ["Critical", "Warning", "Unknown", "Good"];
    const sensors = status.sensors.slice().sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
    byId("health-part").hidden = sensors.length === 0;
    fill(byId("health"), row(["Sensor", "Level", "In words"], "th"),
        ...sensors.map((one) => row([one.sensor, mark(one.level, kindOf(one.level)), one.text])));
}

// Drawn anew only when there is something new: an opened one stays open.
let told = "";

function drawIncidents(incidents) {
    const now = JSON.stringify(incidents);
    if (now === told) return;
    told = now;
    const open = new Set([...document.querySelectorAll("#incidents details[open]")].map((part) => part.dataset.id));
    byId("incidents-part").hidden = incidents.length === 0;
    fill(byId("incidents"), ...incidents.map((one) => {
        const lines = one.groups.map((group) => `${group.name}: ${group.from ?? "nowhere"} → ${group.to ?? "nowhere"}; ${group.noticed}`);
        const part = make("details", { class: "card", "data-id": one.id },
            make("summary", {}, make("time", { datetime: one.id, text: new Date(one.zero_unix_ms).toLocaleString() }), " ",
                one.planned ? mark("planned", "idle") : "", one.stage === "Open" ? mark("open", "warn") : "", " ", one.cause,
                ...lines.map((text) => make("p", { class: "faint", text }))));
        const show = () => {
            if (!part.open || part.children.length > 1) return;
            const at = `incidents/${encodeURIComponent(one.id)}`;
            part.append(make("img", { src: `${at}.svg`, alt: `What happened when: ${one.cause}` }),
                make("p", {}, make("a", { href: `${at}.txt`, text: "The same as text, with every event" })));
        };
        part.addEventListener("toggle", show);
        part.open = open.has(one.id);
        return part;
    }));
}

function drawLinks(status) {
    const ago = (ms) => ms === undefined ? span(ms) : `${span(ms)} ago`;
    const rows = status.links.map((link) => row([
        make("span", {}, link.name, " ", make("span", { class: "faint", text: `${link.type} ${link.device}` })),
        make("span", {}, mark(link.state, kindOf(link.state)), " ", link.reason),
        ago(link.heard_ms),
        link.peer_hears === undefined ? "" : link.peer_hears ? "yes" : mark("no", "bad"),
        String(link.sent), String(link.received),
    ]));
    const witness = status.witness;
    if (witness) {
        const state = witness.heard ? "Up" : "Down";
        rows.push(row([make("span", {}, "witness ", make("span", { class: "faint", text: witness.address })),
            mark(state, kindOf(state)), ago(witness.heard_ms), "", "", ""]));
    }
    fill(byId("links"), row(["Link", "State", "Heard", "The other node hears us", "Sent", "Received"], "th"), ...rows);
}

function drawLines(status) {
    const named = (name, detail) => make("span", {}, name, " ", make("span", { class: "faint", text: detail }));
    const rows = status.groups.flatMap((group) => group.lines.map((line) => row([
        named(line.name, line.driver), mark(line.standing, kindOf(line.standing)), line.text, line.last_switch])));
    for (const one of status.spans) {
        rows.push(row([named(one.name, one.line), mark(one.span_alarms || "ok", one.span_alarms ? "bad" : "good"),
            one.advice || one.description, `${one.channels_in_use} of ${one.channels} channels in use`]));
    }
    byId("lines-part").hidden = rows.length === 0;
    fill(byId("lines"), row(["Line", "Where, or how", "In words", "Last"], "th"), ...rows);
}

function drawDevices(status) {
    const rows = [];
    const { watchdog, fence, panel, peer } = status;
    if (watchdog) {
        rows.push(row([`watchdog ${watchdog.device}`, mark(watchdog.standing ?? "not open", watchdog.problem ? "bad" : "good"),
            watchdog.problem || `resets this node after ${span(watchdog.timeout_ms)} without being fed`]));
    }
    if (fence) {
        const words = fence.peer_is_off ? `${peer.name} is off` : fence.under_way ? `${peer.name} is being switched off` : "";
        rows.push(row([`fence ${fence.devices.join(", ")}`, mark(fence.failures > 0 ? "failed" : "ready", fence.failures > 0 ? "bad" : "good"),
            fence.words || words]));
    }
    if (panel) {
        rows.push(row(["front panel", mark(panel.showing, panel.troubles.length > 0 ? "warn" : "good"),
            [...panel.troubles, ...panel.screen].join("; ")]));
    }
    byId("devices-part").hidden = rows.length === 0;
    fill(byId("devices"), row(["Device", "State", "In words"], "th"), ...rows);
}

// A part of the page is a section in index.html, a function that draws it, and its call here.
function draw(news) {
    const status = news.status;
    document.body.classList.toggle("stale", Boolean(news.problem));
    byId("seen").textContent = news.problem || (status ? `${status.node.name}, ${new Date(status.unix_ms).toLocaleTimeString()}` : "");
    if (!status) return;
    document.title = `${{ Ok: "", Warning: "! ", Critical: "!! " }[status.health.level]}${status.cluster}`;
    byId("cluster").textContent = status.cluster;
    verdict(news.problem ? { level: "Critical", reasons: [{ text: news.problem }] } : status.health);
    fill(byId("nodes"), nodeCard(status.node, true, status.health_score), nodeCard(status.peer, false));
    fill(byId("groups"), ...status.groups.map((group) => groupCard(group, status)));
    const replicas = status.groups.filter((group) => group.replica);
    byId("replicas-part").hidden = replicas.length === 0;
    fill(byId("replicas"), ...replicas.map((group) => replicaCard(group.replica, status)));
    drawCalls(status);
    drawHealth(status);
    drawIncidents(news.incidents);
    drawLinks(status);
    drawLines(status);
    drawDevices(status);
    drawOrders(status, news.read_only);
    fill(byId("events"), ...news.events.slice().reverse().map((event) => make("li", {},
        make("time", { datetime: event.at, text: new Date(event.unix_ms).toLocaleString() }),
        make("span", { class: event.kind === "alarm" ? "bad" : "", text: event.text }))));
}

// Not before order.js is there, too.
addEventListener("DOMContentLoaded", () => {
    const live = new EventSource("live");
    live.onmessage = (message) => draw(JSON.parse(message.data));
    live.onerror = () => {
        document.body.classList.add("stale");
        byId("seen").textContent = "this node does not answer; trying again";
    };
});
