// words are a text's words, marks and white space.
function words(text) {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];
}

// MOST bounds the steps of a difference; texts that differ in more are shown
// as replaced.
const MOST = 2000;

// differences gives [kind, text] pairs that turn a into b, kind being "same",
// "del" or "ins". Algorithm: Myers, An O(ND) Difference Algorithm and Its
// Variations, Algorithmica 1 (1986), after common ends are set aside.
function differences(a, b) {
  let x = words(a), y = words(b), start = 0, end = 0;
  while (start < x.length && start < y.length && x[start] === y[start]) start++;
  while (end < x.length - start && end < y.length - start && x[x.length - 1 - end] === y[y.length - 1 - end]) end++;
  const head = x.slice(0, start), tail = x.slice(x.length - end);
  x = x.slice(start, x.length - end);
  y = y.slice(start, y.length - end);
  const edits = [["same", head.join("")], ...whole(middle(x, y)), ["same", tail.join("")]];
  return edits.filter(([, text]) => text !== "");
}

// whole makes one change of those that only white space stands between: a
// phrase that was replaced reads as one.
function whole(edits) {
  const out = [];
  let del = "", ins = "";
  const flush = () => {
    if (del) out.push(["del", del]);
    if (ins) out.push(["ins", ins]);
    del = ins = "";
  };
  edits.forEach(([kind, text], i) => {
    if (kind === "del") del += text;
    else if (kind === "ins") ins += text;
    else if (text.trim() === "" && (del || ins) && i < edits.length - 1) { del += text; ins += text; }
    else { flush(); out.push([kind, text]); }
  });
  flush();
  return out;
}

function middle(x, y) {
  const rounds = search(x, y);
  if (!rounds) return [["del", x.join("")], ["ins", y.join("")]];
  const edits = [];
  let i = x.length, j = y.length;
  for (let d = rounds.length - 1; d >= 0; d--) {
    const far = rounds[d], k = i - j;
    const down = k === -d || (k !== d && at(far, k - 1) < at(far, k + 1));
    const before = down ? k + 1 : k - 1;
    const pi = d === 0 ? 0 : at(far, before), pj = d === 0 ? 0 : pi - before;
    while (i > pi && j > pj && x[i - 1] === y[j - 1]) { edits.push(["same", x[i - 1]]); i--; j--; }
    if (d > 0) edits.push(down ? ["ins", y[--j]] : ["del", x[--i]]);
  }
  return joined(edits.reverse());
}

function at(far, k) {
  return far.get(k) ?? -1;
}

// search gives, for each number of edits, how far each diagonal came before
// it; null where more than MOST edits are needed.
function search(x, y) {
  const rounds = [];
  let far = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(MOST, x.length + y.length); d++) {
    rounds.push(new Map(far));
    for (let k = -d; k <= d; k += 2) {
      let i = k === -d || (k !== d && at(far, k - 1) < at(far, k + 1)) ? at(far, k + 1) : at(far, k - 1) + 1;
      while (i < x.length && i - k < y.length && x[i] === y[i - k]) i++;
      far.set(k, i);
      if (i >= x.length && i - k >= y.length) return rounds;
    }
  }
  return null;
}

// joined makes one edit of neighbours of a kind.
function joined(edits) {
  const out = [];
  for (const [kind, text] of edits) {
    const last = out[out.length - 1];
    if (last && last[0] === kind) last[1] += text;
    else out.push([kind, text]);
  }
  return out;
}

// showDifferences is b with what it has beyond a as <ins>, and what a had as
// <del>.
function showDifferences(a, b) {
  const node = el("div", { class: "text", dir: "auto" });
  for (const [kind, text] of differences(a, b)) {
    node.append(...(kind === "same" ? safeNodes(text) : [el(kind, {}, ...safeNodes(text))]));
  }
  return node;
}
