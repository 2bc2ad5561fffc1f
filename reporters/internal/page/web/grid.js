// The grid of cases: filter, sort, and the order that keys walk in.

const rows = [...document.querySelectorAll("#grid tbody tr")];
const field = (id) => document.getElementById(id);

// CHOICES are what the rows are chosen by; a page need not have all.
const CHOICES = ["find", "deep", "show", "tag", "of"].filter((id) => field(id));

function choice(id) {
  const node = field(id);
  return !node ? "" : node.type === "checkbox" ? node.checked : node.value;
}

function matches(row, find) {
  const show = choice("show"), tag = choice("tag");
  if (show && !row.dataset.words.split(" ").includes(show)) return false;
  if (tag && !row.dataset.tags.split("\n").includes(tag)) return false;
  if (!find || row.dataset.text.includes(find)) return true;
  return choice("deep") && blocks(row).some((id) => field(id).textContent.toLowerCase().includes(find));
}

// blocks are the JSON blocks of a row.
function blocks(row) {
  return ["c" + row.dataset.i, ...(row.dataset.refs || "").split(" ").filter(Boolean)];
}

function filter() {
  const find = choice("find").trim().toLowerCase(), of = choice("of");
  let count = 0, all = 0;
  for (const row of rows) {
    const here = !of || row.dataset.of === of;
    row.hidden = !here || !matches(row, find);
    if (here) all++;
    if (!row.hidden) count++;
  }
  field("count").textContent = `${count} of ${all}`;
  rates();
  remember();
}

// rates are those of the cases that are shown, by variant, with the exact 95 %
// interval. What has no outcome counts as a failure at its lower end and as a
// pass at its upper one.
function rates() {
  const foot = field("rates-shown");
  if (!foot) return;
  const cells = [...foot.querySelectorAll("td[data-label]")];
  const came = cells.map(() => ({ pass: 0, fail: 0, error: 0 }));
  for (const row of rows) {
    if (!row.hidden) row.querySelectorAll("td[data-came]").forEach((td, i) => { if (td.dataset.came in came[i]) came[i][td.dataset.came]++; });
  }
  cells.forEach((cell, i) => {
    const { pass, fail, error } = came[i], n = pass + fail + error;
    const percent = (share) => (share > 0 && share < 0.005 ? "<1" : share > 0.995 && share < 1 ? ">99" : Math.round(100 * share));
    cell.textContent = n ? `${pass}/${n} · ${percent(pass / n)} % (${percent(exact(pass, n, -1))}–${percent(exact(pass + error, n, 1))} %)` : "-";
  });
}

// exact is an end of the exact 95 % interval of a rate (Clopper and Pearson 1934),
// as everywhere in the report: -1 is the lower one, the rate at which as many
// passes come once in 40 times, 1 the upper.
function exact(pass, n, end) {
  if (end > 0) return 1 - exact(n - pass, n, -1);
  if (pass === 0) return 0;
  let ways = 0; // the logarithm of n over pass
  for (let i = 1; i <= pass; i++) ways += Math.log((n - pass + i) / i);
  const atLeast = (rate) => {
    let term = Math.exp(ways + pass * Math.log(rate) + (n - pass) * Math.log1p(-rate)), sum = term;
    for (let i = pass; i < n && term > 1e-9 * sum; i++) sum += term *= ((n - i) / (i + 1)) * (rate / (1 - rate));
    return sum;
  };
  let low = 0, high = pass / n;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (atLeast(middle) < 0.025) low = middle;
    else high = middle;
  }
  return low;
}

// sort orders the rows by a key; the same key again turns the order round.
function sort(button, turn) {
  const head = button.closest("th"), key = button.dataset.key;
  const down = turn === undefined ? head.getAttribute("aria-sort") === "ascending" : turn;
  for (const th of document.querySelectorAll("#grid th[aria-sort]")) th.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => (key === "name" ? row.dataset.text : Number(row.dataset[key]));
  rows.sort((a, b) => {
    const x = value(a), y = value(b);
    const order = x < y ? -1 : x > y ? 1 : a.dataset.i - b.dataset.i;
    return down ? -order : order;
  });
  document.querySelector("#grid tbody").append(...rows);
  remember();
}

// remember keeps what is chosen, for a reload of the page.
function remember() {
  const sorted = document.querySelector("#grid th[aria-sort$=ending]");
  history.replaceState({
    chosen: Object.fromEntries(CHOICES.map((id) => [id, choice(id)])),
    key: sorted && sorted.firstChild.dataset.key, down: sorted && sorted.getAttribute("aria-sort") === "descending",
  }, "");
}

function recall() {
  const state = history.state;
  if (state) {
    for (const id of CHOICES) {
      if (field(id).type === "checkbox") field(id).checked = state.chosen[id];
      else field(id).value = state.chosen[id];
    }
    const button = state.key && document.querySelector(`#grid button[data-key="${CSS.escape(state.key)}"]`);
    if (button) sort(button, state.down);
  }
  filter();
}

// visible are the indexes of the cases that are listed, in order.
function visible() {
  return rows.filter((row) => !row.hidden).map((row) => Number(row.dataset.i));
}

// isBad says that a case did not pass, or got worse.
function isBad(row) {
  return row.dataset.words.split(" ").some((word) => ["fail", "error", "newly-failing", "down"].includes(word));
}

// nextBad is the next or previous listed case that did not pass, from the i-th
// on; undefined where there is none.
function nextBad(i, by) {
  const list = rows.filter((row) => !row.hidden);
  for (let at = list.findIndex((row) => Number(row.dataset.i) === i) + by; at >= 0 && at < list.length; at += by) {
    if (isBad(list[at])) return Number(list[at].dataset.i);
  }
}

// step moves the focus to the next or previous case of the grid, or of those
// that did not pass.
function step(by, bad) {
  const here0 = document.activeElement && document.activeElement.closest("#grid tbody tr");
  const links = rows.filter((row) => !row.hidden && (!bad || isBad(row) || row === here0)).map((row) => row.querySelector("a"));
  const here = links.indexOf(document.activeElement);
  const link = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
  if (link) link.focus();
}

let waiting;
field("find").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
for (const id of CHOICES.filter((id) => id !== "find")) field(id).addEventListener("change", filter);
document.querySelector(".filter").addEventListener("submit", (e) => e.preventDefault());
for (const button of document.querySelectorAll("#grid thead button")) button.addEventListener("click", () => sort(button));
