"use strict";
// Orders. The token never leaves this page: what is sent proves that we have it, for one order, once (docs/WEB.md).

// SHA-256 (FIPS 180-4); browsers give theirs to pages with TLS only.
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (value) => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
const roundKeys = primes.map((prime) => fraction(Math.cbrt(prime)));
const firstHash = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

function sha256(bytes) {
    const padded = new Uint8Array((bytes.length + 8 >> 6) + 1 << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const words = new DataView(padded.buffer);
    words.setUint32(padded.length - 4, bytes.length * 8);
    const turn = (x, n) => x >>> n | x << 32 - n;
    const hash = Int32Array.from(firstHash);
    const w = new Int32Array(64);
    for (let block = 0; block < padded.length; block += 64) {
        for (let i = 0; i < 64; i++) {
            if (i < 16) {
                w[i] = words.getInt32(block + i * 4);
                continue;
            }
            const small0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >>> 3;
            const small1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >>> 10;
            w[i] = w[i - 16] + small0 + w[i - 7] + small1;
        }
        let [a, b, c, d, e, f, g, h] = hash;
        for (let i = 0; i < 64; i++) {
            const t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + roundKeys[i] + w[i] | 0;
            const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
            [h, g, f, e, d, c, b, a] = [g, f, e, d + t1 | 0, c, b, a, t1 + t2 | 0];
        }
        [a, b, c, d, e, f, g, h].forEach((value, i) => { hash[i] += value; });
    }
    const result = new DataView(new ArrayBuffer(32));
    hash.forEach((value, i) => result.setInt32(i * 4, value));
    return new Uint8Array(result.buffer);
}

// HMAC (RFC 2104), in hexadecimal digits.
function hmac(key, text) {
    const utf8 = new TextEncoder();
    let secret = utf8.encode(key);
    if (secret.length > 64) secret = sha256(secret);
    const pad = (filler) => Uint8Array.from({ length: 64 }, (_, i) => (secret[i] ?? 0) ^ filler);
    const joined = (first, second) => Uint8Array.from([...first, ...second]);
    const mac = sha256(joined(pad(0x5c), sha256(joined(pad(0x36), utf8.encode(text)))));
    return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(order, token) {
    const asked = await fetch("nonce");
    const nonce = (await asked.text()).trim();
    if (!asked.ok) return { ok: false, error: nonce };
    const body = JSON.stringify(order);
    const reply = await fetch("order", {
        method: "POST", body, headers: { "Content-Type": "application/json", "X-Appliance-Proof": `${nonce} ${hmac(token, `${nonce}\n${body}`)}` },
    });
    const text = await reply.text();
    return reply.headers.get("Content-Type").startsWith("application/json") ? JSON.parse(text) : { ok: false, error: text };
}

let wanted = null;

function ask(question, order) {
    wanted = order;
    byId("question").textContent = question;
    byId("ask").showModal();
    byId("token").focus();
}

byId("no").addEventListener("click", () => byId("ask").close());
byId("answer").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("ask").close();
    const said = byId("said");
    said.className = "";
    said.textContent = "asking the agent";
    let reply;
    try {
        reply = await send(wanted, byId("token").value);
    } catch (fault) {
        reply = { ok: false, error: `this node does not answer: ${fault.message}` };
    }
    said.className = reply.ok ? "good" : "bad";
    said.textContent = reply.ok ? reply.text ?? "done" : `Refused: ${reply.error}`;
});

function button(text, question, order) {
    const made = make("button", { type: "button", text });
    made.addEventListener("click", () => ask(question, order()));
    return made;
}

// Made anew only when something else can be ordered: who moves by keyboard keeps the place.
let shown = "";

function drawOrders(status, readOnly) {
    const names = status.groups.map((group) => group.name);
    const maintenance = status.node.maintenance_left > 0;
    const key = JSON.stringify([readOnly, names, status.node.standby, maintenance]);
    if (key === shown) return;
    shown = key;
    if (readOnly) {
        fill(byId("orders"), make("p", { text: readOnly }), make("p", { class: "faint", text: "Orders are given on a node: appliance --help." }));
        return;
    }
    const node = status.node.name;
    const rows = [make("p", {}, make("span", { text: `${node}: ` }), status.node.standby
        ? button("Online", `${node} may serve again`, () => ({ command: "online" }))
        : button("Standby", `Take ${node} out of service; its groups go to ${status.peer.name}`, () => ({ command: "standby" })))];
    const length = make("select", { id: "length", "aria-label": "Length of the maintenance" },
        ...[["10 min", 600], ["30 min", 1800], ["1 h", 3600], ["4 h", 14400]].map(([text, seconds]) => make("option", { value: String(seconds), text })));
    const both = make("p", {}, make("span", { text: "Both nodes: " }), length,
        button("Maintenance", "Nothing is started, stopped or moved by itself for the time chosen",
            () => ({ command: "maintenance", arguments: { seconds: Number(length.value) } })));
    if (maintenance) both.append(" ", button("End maintenance", "Resources are managed again", () => ({ command: "maintenance" })));
    rows.push(both);
    for (const group of names) {
        rows.push(make("p", {}, make("span", { text: `${group}: ` }),
            button("Switchover", `Move ${group} to the other node`, () => ({ command: "switchover", arguments: { group } })), " ",
            button("Cleanup", `Forget the failures of ${group} on ${node}`, () => ({ command: "cleanup", arguments: { group } }))));
    }
    fill(byId("orders"), ...rows, make("p", { class: "faint", text: `${status.peer.name} is taken out of service on its own page.` }));
}
