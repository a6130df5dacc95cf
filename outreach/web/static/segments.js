// Numbers that come by themselves. Without scripts a page or a button gives them.

// The list: one after the other, for each is a look at everybody.
for (const cell of document.querySelectorAll("[data-count]")) {
  const answer = await fetch(cell.dataset.count, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) break;
  cell.textContent = (await answer.json()).said;
}

// The form: the count follows what one types.
const form = document.querySelector("form[data-counts]");
const said = form?.querySelector("[data-said]");
let waiting = 0;
let latest = 0;

const count = async () => {
  const mine = (latest += 1);
  const body = new URLSearchParams(new FormData(form));
  const asked = { method: "POST", body, redirect: "error" };
  const answer = await fetch(form.dataset.counts, asked).catch(() => null);
  if (!answer?.ok || mine !== latest) return;
  const { said: people } = await answer.json();
  if (mine !== latest) return;
  if (people) said.textContent = people;
  said.classList.toggle("stale", !people);
};

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(count, 400);
});
