// The back office: filings, their codes and stages, and what happened.

import { $, act, copy, el, icon, inChina, toast } from "./kit.js";
import { say } from "./composer.js";

const stages = JSON.parse(document.body.dataset.stages);
const stageOf = (id) => stages.find((s) => s.id === id);
const STEPS = ["平台初审", "短信核验", "管局审核", "已备案"];
const cards = new Map();
let opened; // the filing whose card is open; undefined until the first is known

export function render(office) {
  $("trouble").hidden = !office.trouble;
  $("trouble").textContent = office.trouble || "";
  const box = $("filings");
  const seen = new Set();
  for (const f of office.filings || []) {
    seen.add(f.id);
    if (!cards.has(f.id)) {
      cards.set(f.id, newCard(f));
      box.append(cards.get(f.id).node);
      if (opened === undefined) open(f.id);
    }
    cards.get(f.id).update(f);
  }
  for (const [id, c] of cards) {
    if (seen.has(id) || office.trouble) continue;
    c.node.remove();
    cards.delete(id);
  }
  feed(office.moves || []);
  for (const name of ["ability", "fault"]) {
    const radio = document.querySelector(`input[name=${name}][value="${office[name]}"]`);
    if (radio) radio.checked = true;
  }
}

function open(id) {
  opened = opened === id ? "" : id;
  for (const [key, c] of cards) c.setOpen(key === opened);
}

function newCard(first) {
  const id = first.id;
  let f = {};

  const pill = el("span", { class: "pill", "data-testid": "stage" });
  const place = el("span", { class: "place-name" });
  const name = el("b", {});
  const head = el("button", {
    type: "button", class: "filing-head", "aria-expanded": "false", "aria-controls": "body-" + id, "data-testid": "filing-toggle", onclick: () => open(id),
  }, el("span", { class: "seal", "aria-hidden": "true" }, first.name.slice(0, 1)), el("span", { class: "filing-name" }, name, place), pill, icon("chevron", 8, 14));

  const dots = STEPS.map((s) => el("li", {}, el("i", {}), el("span", {}, s)));
  const steps = el("ol", { class: "steps", "aria-label": "走到哪一步" }, dots);

  const codeWords = el("span", { "data-testid": "code" });
  const code = el("button", {
    type: "button", class: "code", title: "点一下复制", "aria-label": "复制备案码", "data-testid": "copy-code",
    onclick: async () => toast((await copy(f.code)) ? "备案码已复制" : "复制不了，请选中后复制"),
  }, codeWords, icon("copy", 16));
  const send = el("button", { type: "button", class: "soft", "data-testid": "send-code", onclick: () => { toChat(); say(f.code); } }, "发给对话");
  const scanIt = el("button", { type: "button", class: "soft", "data-testid": "scan", onclick: () => scan(f) }, icon("scan", 16), "扫码");
  const qr = el("img", { class: "qr", width: 92, height: 92, alt: `「${first.name}」的二维码`, "data-testid": "qr" });
  const claim = el("div", { class: "claim" }, qr, el("div", { class: "claim-side" },
    el("p", { class: "small" }, "备案码，发给机器人就能绑定"), code, el("div", { class: "buttons" }, send, scanIt)));

  const bond = el("p", { class: "bond", "data-testid": "bond" });
  const extra = el("div", { class: "extra" });

  const picks = el("div", { class: "picks", role: "group", "aria-label": "通常的下一步" });
  const select = el("select", { id: "stage-" + id, "data-testid": "stage-select", "aria-label": "改成哪个阶段" });
  const error = el("textarea", { rows: 2, maxlength: 500, "data-testid": "reason", "aria-label": "原因" });
  const suggest = el("input", { maxlength: 500, "data-testid": "suggest", "aria-label": "怎么改" });
  const why = el("div", { class: "why", hidden: true }, el("label", {}, "原因", error), el("label", {}, "怎么改", suggest));
  const number = el("input", { maxlength: 60, "data-testid": "number", "aria-label": "备案号" });
  const numbered = el("div", { class: "why", hidden: true }, el("label", {}, "备案号", number));
  const apply = el("button", { type: "submit", class: "main", "data-testid": "apply" }, "更新进度");
  const mover = el("form", { class: "mover", "data-testid": "mover", onsubmit: move }, el("h3", {}, "把进度改为"), picks, el("div", { class: "pick-line" }, select, apply), why, numbered);

  const past = el("ol", { class: "past" });
  const body = el("div", { class: "filing-body", id: "body-" + id, hidden: true }, claim, bond, extra, mover,
    el("details", { class: "history" }, el("summary", {}, "办理经过"), past));
  const node = el("article", { class: "filing", "data-testid": "filing", "data-filing": id }, head, steps, body);

  function choose(stage) {
    select.value = stage;
    const s = stageOf(stage);
    for (const p of picks.children) p.setAttribute("aria-pressed", String(p.dataset.stage === stage));
    why.hidden = !s?.reasons;
    numbered.hidden = !s?.number;
    if (s?.reasons) {
      error.value = s.reasons[0].error;
      suggest.value = s.reasons[0].suggest || "";
    }
    if (s?.number) number.value = f.sample_number || "";
  }
  select.addEventListener("change", () => choose(select.value));

  async function move(e) {
    e.preventDefault();
    const report = { filing: id, stage: select.value };
    if (!why.hidden && error.value.trim()) report.reasons = [{ error: error.value.trim(), suggest: suggest.value.trim() }];
    if (!numbered.hidden) report.number = number.value.trim();
    apply.disabled = true;
    await act("stage", report);
    apply.disabled = false;
  }

  function setNext() {
    picks.replaceChildren(...f.next.map((s) => el("button", {
      type: "button", class: "pick tone-" + toneOf(s), "data-stage": s, "data-testid": "pick", "aria-pressed": "false", onclick: () => choose(s),
    }, stageOf(s).label)));
    const rest = stages.filter((s) => s.id !== f.stage && !f.next.includes(s.id));
    select.replaceChildren(
      el("optgroup", { label: "通常的下一步" }, f.next.map((s) => el("option", { value: s }, stageOf(s).label))),
      el("optgroup", { label: "其他阶段" }, rest.map((s) => el("option", { value: s.id }, s.label))));
    choose(f.next[0]);
  }

  return {
    node,
    setOpen(yes) {
      body.hidden = !yes;
      node.classList.toggle("open", yes);
      head.setAttribute("aria-expanded", String(yes));
    },
    update(next) {
      const before = f;
      f = next;
      name.textContent = f.name;
      place.textContent = [f.province, f.tracked ? "已绑定" : ""].filter(Boolean).join(" · ");
      pill.textContent = f.label;
      pill.className = "pill tone-" + f.tone;
      node.classList.toggle("off-way", f.step < 0);
      dots.forEach((d, i) => {
        d.className = i < f.step || f.stage === "filed" ? "past-step" : i === f.step ? "here tone-" + f.tone : "";
        if (i === f.step) d.setAttribute("aria-current", "step");
        else d.removeAttribute("aria-current");
      });
      codeWords.textContent = f.code;
      if (f.qr !== before.qr) qr.src = f.qr;
      bonded(f);
      extra.replaceChildren(
        ...(f.number ? [el("p", { class: "filed-number" }, "备案号 ", el("b", {}, f.number))] : []),
        ...(f.reasons || []).map((r) => el("p", { class: "reason" }, r.error, r.suggest ? el("span", {}, r.suggest) : null)));
      past.replaceChildren(...(f.history || []).map((s) => el("li", { class: "tone-" + s.tone }, el("span", {}, s.label), el("time", {}, when(s.at)))));
      if (f.stage !== before.stage) {
        setNext();
        if (before.stage) flash(pill);
      }
    },
  };

  function bonded(f) {
    bond.className = "bond " + (!f.tracked ? "none" : f.notify && f.notify !== "none" ? "all" : "half");
    if (!f.tracked) return bond.replaceChildren(icon("link", 16), el("span", {}, "还没有绑定：先发备案码，或者扫码"));
    if (f.notify && f.notify !== "none") return bond.replaceChildren(icon("bell", 16), el("span", {}, "已绑定，进度一变就会收到通知"));
    bond.replaceChildren(icon("bell", 16), el("span", {}, "已绑定，还没有订阅通知"),
      el("button", { type: "button", class: "text", "data-testid": "subscribe", onclick: () => { toChat(); say("订阅通知"); } }, "订阅"));
  }
}

// toneOf colours the buttons of stages not reached yet.
function toneOf(stage) {
  if (/rejected|expired/.test(stage)) return "bad";
  if (stage === "filed") return "done";
  if (/review|changing|cancelling/.test(stage)) return "wait";
  if (/pending|verify|not_/.test(stage)) return "act";
  return "off";
}

function flash(node) {
  node.classList.remove("flash");
  void node.offsetWidth;
  node.classList.add("flash");
}

const when = (at) => {
  const t = inChina(Date.parse(at));
  return `${t.date} ${t.time}`;
};

const toChat = () => dispatchEvent(new CustomEvent("to-chat"));

// scan shows the phone's scanner for a moment, then sends what it read.
async function scan(f) {
  toChat();
  dispatchEvent(new CustomEvent("scan", { detail: { qr: f.qr, then: () => act("scan", { filing: f.id }) } }));
}

let fed = "";

function feed(moves) {
  const same = JSON.stringify(moves);
  if (same === fed) return;
  fed = same;
  $("feed-empty").hidden = moves.length > 0;
  $("feed").replaceChildren(...moves.map((m) => el("li", { class: m.tone ? "tone-" + m.tone : "plain-move", "data-testid": m.state ? "push" : "move" },
    el("div", { class: "move-top" }, el("span", {}, m.text), el("time", {}, when(m.at))),
    m.state || m.sub ? el("div", { class: "move-sub" }, m.state ? el("span", { class: "pill tone-" + m.tone, "data-testid": "push-state" }, m.state) : null, m.sub ? el("span", {}, m.sub) : null) : null)));
}

for (const name of ["ability", "fault"]) {
  for (const radio of document.querySelectorAll(`input[name=${name}]`)) {
    radio.addEventListener("change", () => act(name, { [name]: radio.value }));
  }
}
