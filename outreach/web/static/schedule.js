// Whoever changes to whom or when sees at once who would get it. Without scripts, the next page says.
const form = document.querySelector("[data-counts]");
let latest = 0;

const count = async () => {
  const mine = (latest += 1);
  const asked = new URLSearchParams(new FormData(form));
  const answer = await fetch(`${form.dataset.counts}?${asked}`).catch(() => null);
  if (!answer?.ok || mine !== latest) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById("prospect");
  if (part) document.getElementById("prospect").replaceWith(part);
};

// Who sends now needs no date; what stood there stays, should they think again.
const times = form?.querySelector("[data-times]");
const settle = () => {
  times.hidden = form.elements.when.value === "now";
};

form?.addEventListener("change", settle);
form?.addEventListener("change", count);
if (times) settle();
