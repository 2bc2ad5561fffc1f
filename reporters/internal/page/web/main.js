// Which view is shown, and the keys.

let left; // the case that was open last

function route() {
  const m = /^#case=(\d+)$/.exec(location.hash);
  const open = m !== null && showCase(Number(m[1]));
  document.getElementById("overview").hidden = open;
  document.getElementById("case").hidden = !open;
  if (open) {
    left = Number(m[1]);
    scrollTo(0, 0);
    document.querySelector("#case h1").focus({ preventScroll: true });
  } else if (left !== undefined) {
    const row = rows.find((r) => Number(r.dataset.i) === left);
    if (row && !row.hidden) row.querySelector("a").focus();
  }
}

function key(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName), open = !document.getElementById("case").hidden;
  if (e.key === "Escape") {
    if (typing) e.target.blur();
    else if (open) location.hash = "#cases";
    return;
  }
  if (typing) return;
  const by = { j: 1, k: -1 }[e.key], bad = { n: 1, p: -1 }[e.key];
  if (e.key === "/" && !open) field("find").focus();
  else if ((by || bad) && !open) step(by || bad, Boolean(bad));
  else if (bad && nextBad(left, bad) !== undefined) location.hash = "#case=" + nextBad(left, bad);
  else if (by && neighbour(left, by) !== undefined) location.hash = "#case=" + neighbour(left, by);
  else if (e.key === "d" && open && field("base")) {
    field("base").value = field("base").value === "" ? field("base").options[1].value : "";
    field("base").dispatchEvent(new Event("change"));
  } else return;
  e.preventDefault();
}

addEventListener("hashchange", route);
document.addEventListener("keydown", key);
recall();
route();
