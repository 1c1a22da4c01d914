// The conversation: bubbles, cards, time stamps, the banner on top.

import { $, act, calm, el, icon, inChina, now, stamp, wait } from "./kit.js";

const log = $("log");
const newer = $("newer");
const GAP = 5 * 60e3; // WeChat writes the time where nothing was said for about this long
const BEAT = 450; // a reply does not fall on the heels of a message

let last = 0; // when the entry before was made
let mineShown = 0;
let queue = Promise.resolve();
let live = false; // what comes before is the past and arrives without a show
let generation = 0;

// clear empties the conversation.
export function clear() {
  generation++;
  queue = Promise.resolve();
  last = 0;
  live = false;
  log.replaceChildren();
  newer.hidden = true;
}

export function goLive() {
  live = true;
}

// show adds an entry, after those before it.
export function show(entry) {
  const mine = generation;
  const isLive = live;
  queue = queue.then(async () => {
    if (mine !== generation) return;
    const early = BEAT - (performance.now() - mineShown);
    if (isLive && entry.via === "reply" && early > 0 && !calm()) await wait(early);
    if (mine === generation) add(entry, isLive);
  });
}

function add(entry, isLive) {
  const pinned = atEnd();
  const at = Date.parse(entry.at);
  if (!last || at - last > GAP || inChina(at).day !== inChina(last).day) {
    log.append(el("li", { class: "stamp", "data-at": at }, stamp(at)));
  }
  last = at;
  const row = draw(entry);
  if (isLive) row.classList.add("fresh");
  if (isLive && entry.pushed) row.classList.add("pushed");
  log.append(row);
  if (entry.side === "me") mineShown = performance.now();
  if (pinned || entry.side === "me" || !isLive) toEnd();
  else newer.hidden = false;
  if (isLive && entry.pushed) {
    banner(entry);
    dispatchEvent(new CustomEvent("unread"));
  } else if (isLive && entry.side === "them") {
    dispatchEvent(new CustomEvent("unread"));
  }
}

function draw(entry) {
  if (entry.side === "system") return el("li", { class: "notice", "data-testid": "notice" }, words(entry.parts));
  if (entry.kind === "card") return el("li", { class: "row wide", "data-testid": "row" }, card(entry));
  const mine = entry.side === "me";
  const face = mine
    ? el("span", { class: "face", "aria-hidden": "true" }, icon("me", 40))
    : el("span", { class: "face", "aria-hidden": "true" }, el("img", { src: "assets/icon.svg", width: 40, height: 40, alt: "" }));
  const who = el("span", { class: "sr" }, mine ? "你说：" : document.body.dataset.name + "说：");
  return el("li", { class: "row " + entry.side, "data-testid": "row" }, face, el("div", { class: "said" }, who, bubble(entry)));
}

function bubble(entry) {
  const attrs = { class: "bubble", "data-testid": "bubble-" + entry.side, "data-via": entry.via };
  switch (entry.kind) {
    case "voice":
      return el("div", {},
        el("div", { ...attrs, class: "bubble voice" }, `${Math.max(2, Math.round(readable(entry.parts).length / 4))}″`, icon("wave", 14, 18)),
        el("div", { class: "heard" }, "转文字：" + readable(entry.parts)));
    case "image":
      return el("div", { ...attrs, class: "picture" }, scene(), el("span", { class: "sr" }, "图片"));
    case "video":
      return el("div", { ...attrs, class: "picture video" }, scene(), el("span", { class: "sr" }, "视频"));
    case "location":
      return el("div", { ...attrs, class: "place" }, el("b", {}, "上海市"), el("span", {}, "黄浦区人民大道"), el("i", { class: "map" }, icon("location", 26)));
  }
  return el("div", attrs, words(entry.parts));
}

// scene is the picture that stands for any picture.
function scene() {
  return el("i", { class: "scene", "aria-hidden": "true" });
}

function card(entry) {
  const c = entry.card;
  return el("article", { class: "card", "data-testid": "card", "data-via": entry.via },
    el("header", {}, el("h3", {}, c.title), el("time", {}, inChina(Date.parse(entry.at)).date)),
    el("dl", {}, (c.rows || []).map((r) => el("div", {}, el("dt", {}, r.label), el("dd", {}, r.value)))),
    c.url ? el("a", { class: "card-more", href: c.url, target: "_blank", rel: "noopener noreferrer" }, "详情", icon("chevron", 7, 12)) : null);
}

const readable = (parts) => (parts || []).map((p) => p.text).join("");

function words(parts) {
  return (parts || []).map((p) => {
    if (p.url) return el("a", { href: p.url, target: "_blank", rel: "noopener noreferrer", "data-testid": "link" }, p.text);
    if (!p.send) return p.text;
    const tap = (e) => {
      e.preventDefault();
      if (getSelection()?.toString()) return; // somebody selects the words, he does not tap them
      dispatchEvent(new CustomEvent("said", { detail: act("tap", { text: p.send, menu_id: p.menu_id || "" }) }));
    };
    return el("a", {
      href: "#", role: "button", "data-testid": "tap", "data-send": p.send, onclick: tap,
      onkeydown: (e) => { if (e.key === " ") tap(e); },
    }, p.text);
  });
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

export function toEnd() {
  log.scrollTop = log.scrollHeight;
  newer.hidden = true;
}

newer.addEventListener("click", toEnd);
log.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; }, { passive: true });
// The screen gets smaller when the keyboard or a drawer opens: the newest message stays in sight.
let height = log.clientHeight;
new ResizeObserver(() => {
  const lost = height - log.clientHeight;
  height = log.clientHeight;
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 80 + Math.max(0, lost)) log.scrollTop = log.scrollHeight;
}).observe(log);

// restamp writes the stamps anew: what was today may be yesterday by now.
export function restamp() {
  for (const s of log.querySelectorAll(".stamp")) s.textContent = stamp(Number(s.dataset.at), now());
}

let bannerEnds;

function banner(entry) {
  $("banner-title").textContent = entry.card ? entry.card.title : document.body.dataset.name;
  $("banner-text").textContent = entry.card ? (entry.card.rows || []).map((r) => r.value).join(" · ") : readable(entry.parts);
  const box = $("banner");
  box.classList.add("shown");
  clearTimeout(bannerEnds);
  bannerEnds = setTimeout(() => box.classList.remove("shown"), 4500);
}

$("banner").addEventListener("click", () => {
  $("banner").classList.remove("shown");
  dispatchEvent(new CustomEvent("to-chat"));
  toEnd();
});
