// The view of a case: what was asked, and the answers side by side.

const MARKS = { pass: "✓ pass", fail: "✗ fail", error: "! error", skip: "- skip" };
const PANELS = 12; // how many answers are shown at first

function mark(outcome) {
  return el("span", { class: "mark " + (MARKS[outcome] ? outcome : "error") }, ...line(MARKS[outcome] || "? " + outcome));
}

const tokens = (usage) => usage ? `${usage.input_tokens ?? "?"} + ${usage.output_tokens ?? "?"} tokens` : null;

// short is a number with the digits that people read.
const short = (x) => String(Number(Number(x).toPrecision(3)));

// facts are an exchange's numbers in a line.
function facts(e) {
  return [
    e.latency_ms ? `${Math.round(e.latency_ms).toLocaleString("en")} ms` : null,
    e.ttft_ms ? `first token ${Math.round(e.ttft_ms).toLocaleString("en")} ms` : null, tokens(e.usage), e.tokens_per_second ? `${Number(e.tokens_per_second.toPrecision(3)).toLocaleString("en")} tokens/s` : null,
    e.cost_usd ? "$" + e.cost_usd.toPrecision(3) : null, e.attempts > 1 ? `${e.attempts} attempts` : null,
    e.response && e.response.stop_reason, e.response && e.response.model, e.request_id, e.reused ? "reused" : null,
  ].filter(Boolean).join(" · ");
}

// check is an assertion's outcome, with its trace where it failed.
function check(assertions, c) {
  const a = assertions[c.i] || { expr: "an assertion that the record does not hold" };
  const warns = a.level === "warn" && c.outcome !== "pass";
  const item = el("li", {}, mark(warns ? "error" : c.outcome), " ", warns ? "warning: " : null, a.rubric ? el("q", {}, ...line(a.rubric)) : el("code", {}, ...line(a.expr)), ...(a.name ? line(" " + a.name) : []), ...(c.turn ? line(" (turn " + c.turn + ")") : []));
  if (c.drawing) item.append(el("pre", { class: "trace", tabindex: "0" }, ...safeNodes(c.drawing)));
  else if (c.why) item.append(block("div", { class: "text" }, c.why));
  if (c.votes) item.append(el("ol", {}, ...c.votes.map((v) => el("li", {}, mark(v.pass ? "pass" : "fail"), block("span", {}, ` ${short(v.score)}: ${v.reason}`)))));
  if (a.at && c.outcome !== "pass") item.append(el("small", {}, ...line(a.at)));
  return item;
}

// caseView reads what a row shows. The sides of a comparison stand in blocks
// of their own, which name what they share once.
function caseView(i) {
  const view = data("c" + i);
  if (view) view.variants = view.variants.map((v) => ({ ...v, ...(v.ref ? data(v.ref) : null) }));
  return view;
}

// panels lists every answer of the case: variant by variant, sample by sample.
function panels(view) {
  return view.variants.flatMap((v) => v.samples.map((s) => {
    const answers = s.exchanges.filter((e) => e.role !== "judge");
    const label = [v.role, v.variant, v.samples.length > 1 || v.times > 1 ? "sample " + s.sample : ""].filter(Boolean).join(" · ") || "answer";
    return { variant: v, sample: s, answers, label, text: answers.map(answerText).join("\n\n") };
  }));
}

// pairUp puts the answers of two sides in turn, sample by sample, those first
// that did not pass on the second. Each of the second knows its partner; where
// a side has no such sample stands null.
function pairUp(view, all) {
  const [old, now] = view.variants.map((v) => all.filter((p) => p.variant === v));
  const numbers = [...new Set(all.map((p) => p.sample.sample))].sort((a, b) => a - b);
  const pairs = numbers.map((n) => [old, now].map((side) => side.find((p) => p.sample.sample === n) || null));
  const weight = ([, b]) => (b ? ["fail", "error", "pass"].indexOf(b.sample.outcome) : 3);
  pairs.sort((a, b) => weight(a) - weight(b));
  for (const [a, b] of pairs) if (b) b.partner = a;
  return pairs.flat();
}

function answers(panel, base) {
  if (base && base !== panel) {
    return [showDifferences(base.text, panel.text), ...panel.answers.map((e) => el("small", { class: "facts" }, ...line(facts(e))))];
  }
  return panel.answers.flatMap((e) => [
    panel.answers.length > 1 ? el("strong", {}, ...line("turn " + e.turn)) : null,
    e.error ? failure(e.error) : null, ...(e.response ? content(e.response.content) : []),
    el("small", { class: "facts" }, ...line(facts(e))),
  ].filter(Boolean));
}

function failure(error) {
  return block("div", { class: "text note" }, [error.turn ? `turn ${error.turn}:` : "", error.status || "", error.type, error.message].filter(Boolean).join(" "));
}

// variables are those of a case as a list.
function variables(vars) {
  const names = Object.keys(vars || {});
  if (!names.length) return null;
  return el("dl", { class: "vars" }, ...names.flatMap((n) => [el("dt", {}, ...line(n)),
    block("dd", { class: "text" }, typeof vars[n] === "string" ? vars[n] : JSON.stringify(vars[n]))]));
}

// isApart says that the variants differ in what was asked, so that each answer
// stands with its own prompt.
function isApart(view, changed) {
  return !view.pairs && view.variants.length > 1 && changed.some((n) => n !== "model");
}

function showPanel(panel, base) {
  const { variant, sample } = panel;
  const said = panel.answers.length ? answers(panel, base) : [];
  const judges = sample.exchanges.filter((e) => e.role === "judge");
  const bad = sample.checks.filter((c) => c.outcome !== "pass"), good = sample.checks.filter((c) => c.outcome === "pass");
  return el("article", { class: "answer" },
    el("header", {}, el("h3", {}, ...line(panel.label)), mark(sample.outcome), sample.score === null || sample.score === undefined ? null : `score ${short(sample.score)}`),
    ...(sample.classes || []).map((c) => el("small", { class: "facts" }, ...line(`${c.metric}: ${c.class || "no class"}${c.right ? "" : `, expected ${c.expected}`}`))),
    panel.apart && panel.answers.length ? el("details", { open: true }, el("summary", {}, "Prompt and conversation"), talk(panel.answers[panel.answers.length - 1].request)) : null,
    panel.ownVars ? variables(variant.vars) : null,
    ...said, sample.error && !panel.answers.some((e) => e.error) ? failure(sample.error) : null,
    ...[sample.ended, ...(sample.warnings || []).map((w) => "warning: " + w)].filter(Boolean).map((text) => block("div", { class: "text note" }, text)),
    bad.length ? el("ul", { class: "checks" }, ...bad.map((c) => check(variant.assertions, c))) : null,
    good.length ? folded(`${good.length} passed`, () => [el("ul", { class: "checks" }, ...good.map((c) => check(variant.assertions, c)))]) : null,
    judges.length ? folded(`Judge, ${judges.length} asked`, () => judges.flatMap((e) => [talk(e.request), turn("assistant", e.response && e.response.content)])) : null,
    panel.answers.length && !panel.apart ? folded("Conversation as sent", () => panel.answers.slice(-1).map((e) => talk(e.request))) : null,
    sample.exchanges.length ? folded("Raw JSON", () => sample.exchanges.map(json)) : null);
}

// changedFields names the request's fields that differ between the variants.
function changedFields(all) {
  const requests = all.map((p) => p.answers[0] && p.answers[0].request).filter(Boolean);
  const names = new Set(requests.flatMap((r) => Object.keys(r)));
  return [...names].filter((n) => new Set(requests.map((r) => JSON.stringify(r[n]))).size > 1);
}

// order is the way through the cases that are listed.
function neighbour(i, by) {
  const list = visible();
  const at = list.indexOf(i);
  return at < 0 ? undefined : list[at + by];
}

function steps(i) {
  const link = (to, text) => (to === undefined ? el("span", {}, el("small", {}, text)) : el("a", { href: "#case=" + to }, text));
  return el("nav", { class: "steps", "aria-label": "Cases" }, el("a", { href: "#cases" }, "All cases"),
    link(neighbour(i, -1), "Previous"), link(neighbour(i, 1), "Next"));
}

// fieldChanges shows how the fields of two sides' requests differ.
function fieldChanges(view, all, names) {
  const [a, b] = view.variants.map((v) => (all.find((p) => p.variant === v && p.answers.length) || { answers: [{}] }).answers[0].request);
  const text = (value) => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2));
  return el("section", {}, el("h2", {}, "Requests differ in"),
    ...names.map((n) => el("div", {}, el("code", {}, ...line(n)), showDifferences(text(a && a[n]), text(b && b[n])))));
}

// bases are the answers that the others can be compared with.
function bases(view, all) {
  const options = [["", "nothing"], ...all.map((p, n) => [String(n), p.label])];
  if (view.pairs) options.splice(1, 0, ["pair", "the base's answer"]);
  return options.map(([value, label]) => el("option", { value }, ...line(label).map((x) => x.textContent ?? x)));
}

// telling is the answer of a variant to look at first: one that did not pass.
function telling(panels) {
  return panels.find((p) => p.sample.outcome !== "pass") || panels[0];
}

// chosen are the panels to show at first, or all of them, with a heading for
// each variant. Several variants that were asked repeatedly begin with one
// answer each.
function chosen(view, all, whole) {
  if (view.pairs) return pairUp(view, all).slice(0, whole ? undefined : PANELS);
  const groups = view.variants.map((v) => all.filter((p) => p.variant === v)).filter((g) => g.length);
  if (groups.length < 2 || groups.length === all.length) return all.slice(0, whole ? undefined : PANELS);
  if (!whole) return groups.map(telling).slice(0, PANELS);
  return groups.flatMap((g) => [el("h3", { class: "group" }, ...standing(g[0].variant)), ...g]);
}

// answerGrid are the answers, with what chooses the differences.
function answerGrid(view, all) {
  const grid = el("div", { class: view.pairs ? "answers pairs" : "answers" });
  let whole = false;
  const item = (p) => {
    if (p instanceof Node) return p;
    if (!p) return el("article", { class: "answer none" }, "no such sample");
    return showPanel(p, select.value === "pair" ? p.partner : select.value === "" ? undefined : all[select.value]);
  };
  const draw = () => {
    const list = chosen(view, all, whole);
    grid.replaceChildren(...list.map(item));
    more.hidden = whole || list.filter(Boolean).length === all.length;
  };
  const select = el("select", { id: "base", onchange: draw }, ...bases(view, all));
  const more = el("button", { type: "button", class: "noprint", onclick: () => { whole = true; draw(); } }, `Show all ${all.length} answers`);
  if (view.pairs) select.value = "pair";
  draw();
  return [all.length > 1 ? el("p", { class: "noprint" }, el("label", {}, "Show differences from ", select)) : null, grid, more];
}

// standing says what became of a variant, or a side.
function standing(v) {
  const passed = v.samples.filter((s) => s.outcome === "pass").length;
  const words = [v.role, v.variant, v.times > 1 && v.samples.length ? `${passed} of ${v.times}, ${v.need} needed` : "", v.skip, v.note];
  return [mark(v.outcome), ...line(" " + words.filter(Boolean).join(" · "))];
}

// showCase fills the view of the i-th case.
function showCase(i) {
  const view = caseView(i);
  if (!view) return false;
  const all = panels(view), changed = changedFields(all);
  const apart = isApart(view, changed), ownVars = new Set(view.variants.map((v) => JSON.stringify(v.vars || {}))).size > 1;
  for (const p of all) Object.assign(p, { apart, ownVars: ownVars && !view.pairs });
  const vars = ownVars ? null : variables(view.variants[0] && view.variants[0].vars);
  const first = all.find((p) => p.answers.length);
  const box = document.getElementById("case");
  box.dataset.at = i;
  box.replaceChildren(...[steps(i), el("h1", { tabindex: "-1" }, ...line(view.case)),
    el("p", { class: "meta" }, ...line([view.suite, view.path + (view.line ? ":" + view.line : ""), ...view.tags, view.state].filter(Boolean).join(" · "))),
    view.reason ? block("p", { class: "note" }, view.reason) : null,
    el("ul", { class: "standing" }, ...view.variants.map((v) => el("li", {}, ...standing(v)))),
    vars ? el("section", {}, el("h2", {}, "Variables"), vars) : null,
    first && !apart ? el("section", {}, el("h2", {}, changed.length && first.variant.role ? "Conversation of the " + first.variant.role : "Conversation"), talk(first.answers[first.answers.length - 1].request)) : null,
    !changed.length ? null : view.pairs ? fieldChanges(view, all, changed) : el("p", {}, ...line("Requests differ in: " + changed.join(", "))),
    all.length ? el("section", {}, el("h2", {}, all.length > 1 ? "Answers" : "Answer"), ...answerGrid(view, all).filter(Boolean))
      : el("p", {}, view.pairs ? "There are no answers to show." : "It was not asked.")].filter((node) => node !== null));
  return true;
}
