// The view of a case: what was asked, and the answers side by side.

const MARKS = { pass: "✓ pass", fail: "✗ fail", error: "! error", skip: "- skip" };
const PANELS = 12; // how many answers are shown at first

function mark(outcome) {
  return el("span", { class: "mark " + (MARKS[outcome] ? outcome : "error") }, ...line(MARKS[outcome] || "? " + outcome));
}

const tokens = (usage) => usage ? `${usage.input_tokens ?? "?"} + ${usage.output_tokens ?? "?"} tokens` : null;

// facts are an exchange's numbers in a line.
function facts(e) {
  return [
    e.latency_ms ? `${Math.round(e.latency_ms).toLocaleString("en")} ms` : null, tokens(e.usage),
    e.cost_usd ? "$" + e.cost_usd.toPrecision(3) : null, e.attempts > 1 ? `${e.attempts} attempts` : null,
    e.response && e.response.stop_reason, e.response && e.response.model, e.request_id, e.reused ? "reused" : null,
  ].filter(Boolean).join(" · ");
}

// check is an assertion's outcome, with its trace where it failed.
function check(assertions, c) {
  const a = assertions[c.i] || { expr: "an assertion that the record does not hold" };
  const warns = a.level === "warn" && c.outcome !== "pass";
  const item = el("li", {}, mark(warns ? "error" : c.outcome), " ", warns ? "warning: " : null, el("code", {}, ...line(a.expr)), ...(a.name ? line(" " + a.name) : []), ...(c.turn ? line(" (turn " + c.turn + ")") : []));
  if (c.drawing) item.append(el("pre", { class: "trace" }, ...safeNodes(c.drawing)));
  else if (c.why) item.append(block("div", { class: "text" }, c.why));
  if (a.at && c.outcome !== "pass") item.append(el("small", {}, ...line(a.at)));
  return item;
}

// panels lists every answer of the case: variant by variant, sample by sample.
function panels(view) {
  return view.variants.flatMap((v) => v.samples.map((s) => {
    const answers = s.exchanges.filter((e) => e.role !== "judge");
    const label = [v.variant, v.samples.length > 1 || v.times > 1 ? "sample " + s.sample : ""].filter(Boolean).join(" · ") || "answer";
    return { variant: v, sample: s, answers, label, text: answers.map(answerText).join("\n\n") };
  }));
}

function answers(panel, base) {
  if (base && base !== panel) return [showDifferences(base.text, panel.text)];
  return panel.answers.flatMap((e) => [
    panel.answers.length > 1 ? el("strong", {}, ...line("turn " + e.turn)) : null,
    e.error ? failure(e.error) : null, ...(e.response ? content(e.response.content) : []),
    el("small", {}, ...line(facts(e))),
  ].filter(Boolean));
}

function failure(error) {
  return block("div", { class: "text note" }, [error.turn ? `turn ${error.turn}:` : "", error.status || "", error.type, error.message].filter(Boolean).join(" "));
}

function showPanel(panel, base) {
  const { variant, sample } = panel;
  const said = panel.answers.length ? answers(panel, base) : [];
  const judges = sample.exchanges.filter((e) => e.role === "judge");
  const bad = sample.checks.filter((c) => c.outcome !== "pass"), good = sample.checks.filter((c) => c.outcome === "pass");
  return el("article", { class: "answer" },
    el("header", {}, el("h3", {}, ...line(panel.label)), mark(sample.outcome), sample.score === null || sample.score === undefined ? null : `score ${sample.score}`),
    ...said, sample.error && !panel.answers.some((e) => e.error) ? failure(sample.error) : null,
    ...[sample.ended, ...(sample.warnings || []).map((w) => "warning: " + w)].filter(Boolean).map((text) => block("div", { class: "text note" }, text)),
    bad.length ? el("ul", { class: "checks" }, ...bad.map((c) => check(variant.assertions, c))) : null,
    good.length ? folded(`${good.length} passed`, () => [el("ul", { class: "checks" }, ...good.map((c) => check(variant.assertions, c)))]) : null,
    judges.length ? folded(`Judge, ${judges.length} asked`, () => judges.flatMap((e) => [talk(e.request), turn("assistant", e.response && e.response.content)])) : null,
    panel.answers.length ? folded("Conversation as sent", () => panel.answers.slice(-1).map((e) => talk(e.request))) : null,
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

// showCase fills the view of the i-th case.
function showCase(i) {
  const view = data("c" + i);
  if (!view) return false;
  const all = panels(view), changed = changedFields(all);
  const first = all.find((p) => p.answers.length);
  const grid = el("div", { class: "answers" });
  const draw = (base, most) => {
    grid.replaceChildren(...all.slice(0, most).map((p) => showPanel(p, base)));
    if (all.length > most) grid.append(el("button", { type: "button", class: "noprint", onclick: () => draw(base, all.length) }, `Show all ${all.length} answers`));
  };
  const select = el("select", { id: "base", onchange: () => draw(all[select.value - 1], PANELS) },
    el("option", { value: 0 }, "nothing"), ...all.map((p, n) => el("option", { value: n + 1 }, ...line(p.label).map((x) => x.textContent ?? x))));
  draw(undefined, PANELS);
  const box = document.getElementById("case");
  box.replaceChildren(...[steps(i), el("h1", { tabindex: "-1" }, ...line(view.case)),
    el("p", { class: "meta" }, ...line([view.suite, view.path + (view.line ? ":" + view.line : ""), ...view.tags].join(" · "))),
    el("p", {}, ...view.variants.flatMap((v) => [mark(v.outcome), ...line(" " + (v.variant ? v.variant + " " : "") + (v.times > 1 ? `${v.samples.filter((s) => s.outcome === "pass").length} of ${v.times}, ${v.need} needed ` : "") + (v.skip || "") + " ")])),
    first ? el("section", {}, el("h2", {}, "Conversation"), talk(first.answers[first.answers.length - 1].request)) : null,
    changed.length ? el("p", {}, ...line("Requests differ in: " + changed.join(", "))) : null,
    all.length ? el("section", {}, el("h2", {}, all.length > 1 ? "Answers" : "Answer"), all.length > 1 ? el("p", { class: "noprint" }, el("label", {}, "Show differences from ", select)) : null, grid)
      : el("p", {}, "It was not asked.")].filter((node) => node !== null));
  return true;
}
