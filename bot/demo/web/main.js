// Puts the page together: the stream of what happens, the tabs, the clock, the small drawers of the phone.

import { $, act, calm, inChina, now, setClock, toast, wait } from "./kit.js";
import * as chat from "./chat.js";
import * as composer from "./composer.js";
import * as office from "./office.js";
import * as wire from "./wire.js";

// What happens, as the server tells it. The browser reconnects by itself and says what it saw last.
const events = new EventSource("events");
let lost;
let wasLost = false;
events.addEventListener("open", () => {
  clearTimeout(lost);
  if (wasLost) toast("又连上了");
  wasLost = false;
});
events.addEventListener("error", () => {
  clearTimeout(lost);
  lost = setTimeout(() => {
    wasLost = true;
    toast("连不上演示程序，它可能已经停了。");
  }, 3000);
});
events.addEventListener("clear", () => {
  chat.clear();
  unread = 0;
  showUnread();
});
events.addEventListener("entry", (e) => chat.show(JSON.parse(e.data)));
events.addEventListener("wire", () => wire.refresh());
events.addEventListener("office", (e) => {
  const o = JSON.parse(e.data);
  setClock(Date.parse(o.now));
  composer.setFollowing(o.following);
  $("unfollow").hidden = !o.following;
  $("refollow").hidden = o.following;
  $("ahead").textContent = o.ahead > 0 ? "快进了 " + span(o.ahead) : "";
  office.render(o);
  chat.restamp();
  chat.goLive();
  tick();
});

function span(minutes) {
  const h = Math.round(minutes / 60);
  const days = Math.floor(h / 24);
  return [days ? `${days} 天` : "", h % 24 ? `${h % 24} 小时` : ""].filter(Boolean).join(" ") || "不到 1 小时";
}

let shownDay;

function tick() {
  const t = inChina(now());
  $("bar-time").textContent = t.time;
  $("clock").textContent = `${t.date} ${t.week} ${t.time}`;
  if (shownDay !== undefined && shownDay !== t.day) chat.restamp();
  shownDay = t.day;
}
setInterval(tick, 1000);
tick();

for (const b of document.querySelectorAll("[data-hours]")) {
  b.addEventListener("click", () => act("advance", { hours: Number(b.dataset.hours) }));
}
for (const b of document.querySelectorAll("[data-ask]")) {
  b.addEventListener("click", () => {
    toChat();
    composer.say(b.dataset.ask);
  });
}

// While a message is on its way, the account "is writing".
let pending = 0;
addEventListener("said", async (e) => {
  pending++;
  showWriting();
  const started = performance.now();
  await e.detail;
  if (!calm()) await wait(Math.max(0, 420 - (performance.now() - started)));
  pending--;
  showWriting();
});

function showWriting() {
  $("title").textContent = pending > 0 ? "对方正在输入…" : document.body.dataset.name;
}

// On narrow screens the phone and the back office take turns.
const tabs = { chat: $("tab-chat"), office: $("tab-office") };
let unread = 0;

function setView(view) {
  document.body.dataset.view = view;
  for (const [name, tab] of Object.entries(tabs)) {
    tab.setAttribute("aria-selected", String(name === view));
    tab.tabIndex = name === view ? 0 : -1;
  }
  // Notices are seen on either side.
  (view === "chat" ? document.querySelector(".screen") : document.body).append($("banner"));
  if (view === "chat") {
    unread = 0;
    showUnread();
    chat.toEnd();
  } else {
    scrollTo(0, 0);
  }
}

const toChat = () => {
  if (document.body.dataset.view !== "chat") setView("chat");
};
addEventListener("to-chat", toChat);
addEventListener("unread", () => {
  if (document.body.dataset.view === "chat") return;
  unread++;
  showUnread();
});

function showUnread() {
  $("unread").hidden = unread === 0;
  $("unread").textContent = unread > 99 ? "99+" : String(unread);
}

for (const [name, tab] of Object.entries(tabs)) {
  tab.addEventListener("click", () => setView(name));
  tab.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    const other = name === "chat" ? "office" : "chat";
    setView(other);
    tabs[other].focus();
  });
}

// The sheet behind the three dots.
const sheet = $("sheet");

function showSheet(open) {
  sheet.hidden = !open;
  $("more").setAttribute("aria-expanded", String(open));
  if (open) sheet.querySelector("button:not([hidden])").focus();
}

$("more").addEventListener("click", () => showSheet(sheet.hidden));
sheet.addEventListener("click", (e) => {
  if (e.target === sheet || e.target.closest("button")) showSheet(false);
});
sheet.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  showSheet(false);
  $("more").focus();
});
for (const b of document.querySelectorAll("[data-do]")) {
  b.addEventListener("click", () => {
    if (b.dataset.do !== "unfollow") toChat();
    act(b.dataset.do);
  });
}

// The scanner.
addEventListener("scan", async (e) => {
  $("scanner-qr").src = e.detail.qr;
  $("scanner").hidden = false;
  await wait(calm() ? 250 : 1000);
  $("scanner").hidden = true;
  dispatchEvent(new CustomEvent("said", { detail: e.detail.then() }));
});
