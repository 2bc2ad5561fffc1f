// While a run goes on its page is loaded anew, but not under a reader's hands.

const events = new EventSource("events");
events.onmessage = () => {
  const busy = !field("case").hidden || document.activeElement === field("find") || !getSelection().isCollapsed;
  if (!busy) return location.reload();
  field("live").hidden = false;
  field("live").firstChild.textContent = "There are new results.";
};
field("live").querySelector("button").addEventListener("click", () => location.reload());
