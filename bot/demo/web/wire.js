// The drawer with what crossed the network.

import { $, el, inChina } from "./kit.js";

const drawer = $("wires");
const opener = $("open-wires");
let records = [];
let at = -1;

// refresh fetches the newest messages, if anybody is looking.
export async function refresh(jump = true) {
  if (drawer.hidden) return;
  const res = await fetch("wires").catch(() => null);
  if (!res?.ok) return;
  const follow = jump || at >= records.length - 1;
  records = await res.json();
  if (follow || at >= records.length) at = records.length - 1;
  draw();
}

function draw() {
  const r = records[at];
  $("wire-at").textContent = r ? `${at + 1} / ${records.length}` : "—";
  $("wire-prev").disabled = at <= 0;
  $("wire-next").disabled = at >= records.length - 1;
  $("wire-what").textContent = r ? `${inChina(Date.parse(r.at)).time}　${r.what}` : "";
  const body = $("wire-body");
  body.scrollTop = 0;
  if (!r) {
    body.replaceChildren(el("p", { class: "wires-none" }, "还没有报文。发一条消息，这里就会出现它在网络上的样子。"));
    return;
  }
  if (r.push) {
    body.replaceChildren(side("公众号 → 微信平台", "主动发送", part("发送接口收到的内容", paint(pretty(r.push)))));
    return;
  }
  const query = [...new URLSearchParams(r.query)].map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)));
  const said = r.reply.plain ? pretty(r.reply.plain) : "";
  body.replaceChildren(
    side("微信平台 → 公众号", "POST",
      part("签名与参数", el("dl", { class: "query" }, query)),
      pair(r.request.sealed, paint(pretty(r.request.plain)))),
    side("公众号 → 微信平台", `HTTP ${r.status} · ${(r.micros / 1000).toFixed(1)} 毫秒`,
      pair(r.reply.sealed || "（空）", said ? paint(said) : el("p", { class: "wires-none" }, "这次没有要说的。"))));
}

const side = (title, sub, ...parts) => el("section", { class: "wire-side" }, el("h3", {}, title, el("span", {}, sub)), parts);
const part = (name, content) => el("div", { class: "wire-part" }, el("h4", {}, name), content);
const pair = (sealed, plain) => el("div", { class: "wire-pair" }, part("传输的样子", el("pre", { class: "sealed", tabindex: 0 }, sealed)), part("解密之后", plain));

// pretty breaks lines between elements, with two spaces for each level; JSON is set out the same way.
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    let depth = 0;
    const lines = text.trim().replace(/(?<!\]\])>\s*<(?!!)/g, ">\n<").replace(/\]\]>\s*<(?=\/(?:xml|List)>)/g, "]]>\n<").split("\n");
    return lines.map((line) => {
      if (/^<\//.test(line)) depth--;
      const out = "  ".repeat(Math.max(0, depth)) + line;
      if (/^<[^/!?][^>]*[^/]?>$/.test(line) && !/<\//.test(line)) depth++;
      return out;
    }).join("\n");
  }
}

const TOKEN = /(<!\[CDATA\[|\]\]>)|(<\/?[A-Za-z_][\w.-]*>)|("(?:[^"\\]|\\.)*"(?=\s*:))/g;

// paint colours tags, CDATA marks and keys. Each line is a block of its own, so that one that is too long goes on behind its beginning.
function paint(text) {
  return el("pre", { class: "plain" }, text.split("\n").map((line) => {
    const bare = line.trimStart();
    const out = el("span", { class: "line-of depth-" + Math.min(4, (line.length - bare.length) / 2 | 0) });
    let from = 0;
    for (const m of bare.matchAll(TOKEN)) {
      out.append(bare.slice(from, m.index), el("span", { class: m[1] ? "t-mark" : m[2] ? "t-tag" : "t-key" }, m[0]));
      from = m.index + m[0].length;
    }
    out.append(bare.slice(from) || (bare ? "" : "\u200b"), "\n");
    return out;
  }));
}

function setOpen(open) {
  drawer.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (open) refresh();
  else opener.focus({ preventScroll: true });
}

opener.addEventListener("click", () => setOpen(drawer.hidden));
$("wire-close").addEventListener("click", () => setOpen(false));
$("wire-prev").addEventListener("click", () => { at--; draw(); });
$("wire-next").addEventListener("click", () => { at++; draw(); });
drawer.addEventListener("keydown", (e) => {
  if (e.key === "Escape") setOpen(false);
});
