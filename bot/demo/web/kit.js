// Small tools that the other parts share: making elements, talking to the server, telling the time.

export const $ = (id) => document.getElementById(id);

// el makes an element: attributes by name, "on" handlers, children as nodes or words. Words are never read as markup.
export function el(tag, attrs = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null) node.append(child);
  }
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

// icon draws one of the page's symbols.
export function icon(name, width, height = width) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

// act asks the server to do something. It returns whether it was done; what went wrong is shown.
export async function act(what, body = {}) {
  try {
    const res = await fetch("do/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (res.ok) return true;
    const data = await res.json().catch(() => null);
    toast(data?.error?.message || "没有做成，请再试一次。");
  } catch {
    toast("连不上演示程序，它可能已经停了。");
  }
  return false;
}

let toastEnds;

// toast shows a few words for a moment.
export function toast(words) {
  const box = $("toast");
  box.textContent = words;
  box.classList.add("shown");
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => box.classList.remove("shown"), 2600);
}

export async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// The demo's clock: the server says where it stands, the page lets it run. What the browser's own clock says has no part in it.
let serverNow = Number(document.body.dataset.now);
let heardAt = performance.now();

export function setClock(now) {
  serverNow = now;
  heardAt = performance.now();
}

export const now = () => serverNow + (performance.now() - heardAt);

// All times are shown as in China, wherever the browser is.
export function inChina(ms) {
  const d = new Date(ms + 8 * 3600e3);
  return {
    day: Math.floor((ms + 8 * 3600e3) / 86400e3),
    date: `${d.getUTCMonth() + 1}月${d.getUTCDate()}日`,
    year: d.getUTCFullYear(),
    week: "星期" + "日一二三四五六"[d.getUTCDay()],
    time: `${String(d.getUTCHours()).padStart(2, "0")}:${String(d.getUTCMinutes()).padStart(2, "0")}`,
  };
}

// stamp writes a moment as WeChat does above messages.
export function stamp(ms, at = now()) {
  const t = inChina(ms);
  const today = inChina(at);
  const ago = today.day - t.day;
  if (ago <= 0) return t.time;
  if (ago === 1) return "昨天 " + t.time;
  if (ago < 7) return `${t.week} ${t.time}`;
  return (t.year === today.year ? "" : t.year + "年") + `${t.date} ${t.time}`;
}
