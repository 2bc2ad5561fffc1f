// What is shown comes from a model. It reaches the page as text nodes only,
// and characters that act instead of being read are written out.

// el makes an element; a property that begins with "on" is a listener.
function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

// ACTS are control, format, private and unassigned characters, and those that
// show as nothing; line feeds, tabs and the joiners of emoji stay.
const ACTS = /[^\P{C}\n\t\u200c\u200d]|[\u2028\u2029\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;

function escapeOf(c) {
  const code = c.codePointAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? "\\x" + hex.padStart(2, "0") : code < 0x10000 ? "\\u" + hex.padStart(4, "0") : "\\U" + hex.padStart(8, "0");
}

// safeNodes are the text as nodes, each character that acts in a box.
function safeNodes(text) {
  const nodes = [];
  let from = 0;
  for (const m of text.matchAll(ACTS)) {
    if (m.index > from) nodes.push(text.slice(from, m.index));
    nodes.push(el("span", { class: "act", title: "a character that cannot be seen" }, escapeOf(m[0])));
    from = m.index + m[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

// line is text on one line.
function line(text) {
  return safeNodes(String(text ?? "").replace(/[\n\t]+/g, " "));
}

const LONG = 20000;

// block is running text; of a long one the rest is shown on demand.
function block(tag, props, text) {
  text = String(text ?? "");
  const node = el(tag, { dir: "auto", ...props }, ...safeNodes(text.slice(0, LONG)));
  if (text.length <= LONG) return node;
  const more = el("button", { type: "button", class: "noprint", onclick: () => { node.replaceChildren(...safeNodes(text)); more.remove(); } },
    `Show all ${text.length.toLocaleString("en")} characters`);
  return el("div", {}, node, more);
}

// folded is a details element whose content is made when it is opened.
function folded(title, make) {
  const node = el("details", {}, el("summary", {}, title));
  node.addEventListener("toggle", () => { if (node.open && node.children.length === 1) node.append(...make()); });
  return node;
}

function json(value) {
  return block("pre", {}, JSON.stringify(value, null, 2));
}

// data reads a JSON block of this file.
function data(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}
