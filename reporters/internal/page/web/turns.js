// A conversation as turns.

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

// picture shows an image that the file holds. Others are named: nothing is
// fetched.
function picture(source) {
  const kept = source && source.data && source.data.sha256 ? data("b-" + source.data.sha256) : null;
  const bytes = kept ? kept.data : source && typeof source.data === "string" ? source.data : "";
  const type = (kept || source || {}).media_type;
  if (bytes && PICTURES.includes(type) && /^[A-Za-z0-9+/=]+$/.test(bytes)) {
    return el("img", { src: `data:${type};base64,${bytes}`, alt: "image of the request" });
  }
  return el("em", {}, ...line(source && source.url ? "image at " + source.url : "image that this file does not hold"));
}

// content shows blocks, or a text.
function content(blocks) {
  if (typeof blocks === "string") return [block("div", { class: "text" }, blocks)];
  if (!Array.isArray(blocks)) return blocks === undefined || blocks === null ? [] : [json(blocks)];
  return blocks.map((b) => {
    switch (b && b.type) {
      case "text": return block("div", { class: "text" }, b.text);
      case "image": return picture(b.source);
      case "thinking": return folded("thinking", () => [block("div", { class: "text" }, b.thinking)]);
      case "tool_use": return el("div", {}, el("strong", {}, ...line("tool_use " + b.name)), json(b.input));
      case "tool_result": return el("div", {}, el("strong", {}, ...line("tool_result" + (b.is_error ? ", an error" : ""))), ...content(b.content));
      default: return json(b);
    }
  });
}

function turn(role, blocks) {
  return el("div", { class: "turn " + (role === "assistant" ? "assistant" : "user") }, el("strong", {}, ...line(role)), ...content(blocks));
}

// talk is what was sent: the system prompt, then the turns.
function talk(request) {
  const turns = [];
  if (request && request.system !== undefined) turns.push(turn("system", request.system));
  for (const m of (request && Array.isArray(request.messages) ? request.messages : [])) turns.push(turn(String(m && m.role), m && m.content));
  return el("div", { class: "talk" }, ...turns);
}

// sorted is JSON with the members of objects by name, so that equal values are
// equal texts.
function sorted(value) {
  return JSON.stringify(value, (_, v) => (v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));
}

// answerText is the text of an answer and its calls of tools, for differences.
function answerText(exchange) {
  const blocks = exchange.response && exchange.response.content;
  if (!Array.isArray(blocks)) return "";
  return blocks.map((b) => (b && b.type === "text" ? b.text : b && String(b.type).endsWith("tool_use") ? `${b.type} ${b.name} ${sorted(b.input)}` : "")).join("\n").trim();
}
