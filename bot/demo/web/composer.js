// What the person does at the bottom of the phone: write, tap the menu, send other things.

import { $, act, toast } from "./kit.js";

const form = $("composer");
const input = $("input");
const toggle = $("toggle");
const extras = $("extras");

const VOICES = ["短信核验怎么做", "备案要花钱吗", "管局一般审多久"];
let voice = 0;

// said tells the page that something is on its way; done is a promise of whether it got through.
const said = (done) => {
  dispatchEvent(new CustomEvent("said", { detail: done }));
  return done;
};

export async function say(text) {
  return said(act("say", { text }));
}

async function submit() {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  fit();
  if (!(await say(text)) && !input.value) { // not sent: give it back
    input.value = text;
    fit();
  }
}

form.addEventListener("submit", (e) => {
  e.preventDefault();
  submit();
  input.focus();
});

input.addEventListener("keydown", (e) => {
  // While an input method composes, Enter takes its proposal. Safari ends the composition before the key, with 229.
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
  e.preventDefault();
  submit();
});
input.addEventListener("input", fit);
input.addEventListener("focus", () => showExtras(false));

function fit() {
  const filled = input.value.trim() !== "";
  $("send").hidden = !filled;
  $("plus").hidden = filled;
  input.style.height = "auto";
  input.style.height = Math.min(input.scrollHeight, 112) + "px";
}

// The menu and the keyboard take turns.
function setMode(mode) {
  form.dataset.mode = mode;
  closeMenus();
  showExtras(false);
  if (!toggle) return;
  toggle.setAttribute("aria-label", mode === "menu" ? "切换到键盘" : "切换到菜单");
  toggle.querySelector("use").setAttribute("href", mode === "menu" ? "#i-keyboard" : "#i-menu");
  localStorage.setItem("mode", mode);
}

toggle?.addEventListener("click", () => {
  setMode(form.dataset.mode === "menu" ? "text" : "menu");
  if (form.dataset.mode === "text") input.focus();
});
if (toggle && localStorage.getItem("mode") === "menu") setMode("menu");

// Whoever starts to type while the menu shows wants to write.
addEventListener("keydown", (e) => {
  if (form.dataset.mode !== "menu" || e.ctrlKey || e.metaKey || e.altKey || e.key.length !== 1 || e.key === " ") return;
  if (e.target !== document.body && !e.target.closest?.(".phone")) return;
  setMode("text");
  input.focus();
});

function closeMenus(but) {
  for (const b of document.querySelectorAll(".menu-button[aria-expanded=true]")) {
    if (b === but) continue;
    b.setAttribute("aria-expanded", "false");
    b.nextElementSibling.hidden = true;
  }
}

$("menu")?.addEventListener("click", (e) => {
  const button = e.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("aria-haspopup")) {
    const open = button.getAttribute("aria-expanded") !== "true";
    closeMenus();
    button.setAttribute("aria-expanded", String(open));
    button.nextElementSibling.hidden = !open;
    return;
  }
  closeMenus();
  if (button.dataset.url) open(button.dataset.url, "_blank", "noopener,noreferrer");
  else said(act("click", { key: button.dataset.key }));
});

// Arrow keys walk through an open menu.
$("menu")?.addEventListener("keydown", (e) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!step) return;
  const item = e.target.closest(".menu-item");
  const sub = item?.querySelector(".submenu");
  if (!sub) return;
  e.preventDefault();
  if (sub.hidden) item.querySelector(".menu-button").click();
  const all = [...sub.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
});

addEventListener("click", (e) => {
  if (!e.target.closest?.(".menu")) closeMenus();
});
addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const open = document.querySelector(".menu-button[aria-expanded=true]");
  closeMenus();
  open?.focus();
  showExtras(false);
});

function showExtras(open) {
  extras.hidden = !open;
  $("plus").setAttribute("aria-expanded", String(open));
}

$("plus").addEventListener("click", () => showExtras(extras.hidden));
extras.addEventListener("click", async (e) => {
  const kind = e.target.closest("button")?.dataset.kind;
  if (!kind) return;
  const text = kind === "voice" ? VOICES[voice++ % VOICES.length] : "";
  if (!(await said(act("send", { kind, text })))) toast("没有发出去，请再试一次。");
});

// setFollowing shows the composer, or the way back for somebody who left.
export function setFollowing(following) {
  form.hidden = !following;
  $("profile").hidden = following;
  if (!following) showExtras(false);
}

fit();
