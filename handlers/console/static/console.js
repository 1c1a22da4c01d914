// Comfort for the console's pages. Everything works without it, only with more reloading.
"use strict";

// One checkbox for all of a page.
for (const all of document.querySelectorAll("input[data-all]")) {
  const each = () => document.querySelectorAll(`input[name="${all.dataset.all}"]`);
  all.addEventListener("change", () => each().forEach((x) => { x.checked = all.checked; }));
}

// Reasons belong to some stages only.
for (const select of document.querySelectorAll("select[data-reasons]")) {
  const box = document.getElementById(select.dataset.reasons);
  const show = () => { box.hidden = !["not_ready", "platform_rejected", "sms_expired", "authority_rejected"].includes(select.value); };
  select.addEventListener("change", show);
  show();
}

for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => window.print());

for (const b of document.querySelectorAll("[data-copy]")) {
  b.addEventListener("click", async () => {
    const from = document.getElementById(b.dataset.copy);
    try { await navigator.clipboard.writeText(from.textContent.trim()); b.textContent += " ✓"; } catch { getSelection().selectAllChildren(from); }
  });
}

// A page of something under way looks again by itself.
const poll = document.querySelector("[data-poll]");
if (poll) setTimeout(() => location.reload(), Number(poll.dataset.poll));

// The live preview of an entry: what a person would get, and how long it is.
const draft = document.querySelector("form[data-preview]");
if (draft) {
  const out = document.getElementById("preview");
  let timer, turn = 0;
  const look = async () => {
    const mine = ++turn;
    const res = await fetch(draft.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(draft)), headers: { Accept: "application/json" } });
    if (mine !== turn || !res.ok) return;
    const p = await res.json();
    out.querySelector("[data-part=title]").textContent = p.title;
    out.querySelector("[data-part=answer]").textContent = p.answer;
    out.querySelector("[data-part=detail]").textContent = p.detail;
    out.querySelector("[data-part=detail]").hidden = !p.detail;
    const count = out.querySelector("[data-part=count]");
    count.textContent = p.count;
    count.classList.toggle("over", p.over);
    const list = out.querySelector("[data-part=problems]");
    list.replaceChildren(...p.problems.map((text) => { const li = document.createElement("li"); li.textContent = text; return li; }));
  };
  draft.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 250); });
  look();
}
