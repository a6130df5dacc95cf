// Numbers that come by themselves. Without scripts a page or a button gives them.
const ask = (url, more = {}) =>
  fetch(url, { redirect: "error", ...more })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);

// The list: one after the other, for each is a look at everybody.
for (const cell of document.querySelectorAll("[data-count]")) {
  const answer = await ask(cell.dataset.count);
  if (!answer) break;
  cell.textContent = answer.said;
}

// The form: the count follows what one types; what cannot be counted yet turns the last one pale.
const form = document.querySelector("form[data-counts]");
const said = form?.querySelector("[data-said]");
let waiting = 0;
let latest = 0;

const count = async () => {
  const mine = (latest += 1);
  const body = new URLSearchParams(new FormData(form));
  const answer = await ask(form.dataset.counts, { method: "POST", body });
  if (!answer || mine !== latest) return;
  if (answer.said) said.textContent = answer.said;
  said.classList.toggle("stale", !answer.said);
};

// A browser completes one name: here, the last of several that have commas between them.
for (const list of document.querySelectorAll("datalist")) {
  list.names = [...list.options].map((each) => each.value);
}
const complete = ({ list, value }) => {
  if (!list?.names) return;
  const before = value.includes(",") ? `${value.slice(0, value.lastIndexOf(","))}, ` : "";
  if (list.before === before) return;
  list.before = before;
  list.replaceChildren(...list.names.map((name) => new Option("", before + name)));
};

form?.addEventListener("focusin", (event) => complete(event.target));
form?.addEventListener("input", (event) => {
  complete(event.target);
  clearTimeout(waiting);
  waiting = setTimeout(count, 400);
});
