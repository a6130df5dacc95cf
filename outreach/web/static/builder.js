// Preview, snippets and what is said beside the fields follow each choice, without a new page.
// Without scripts the button does the same.
const form = document.querySelector("[data-builder]");
const said = form.querySelector("[data-said]");
const shows = form.querySelector("[data-shows]");
const preview = document.getElementById("preview");
let shown = preview.getAttribute("src");
let latest = 0;
let waiting;

const chosen = () => {
  const filled = [...new FormData(form)].filter(([, value]) => value);
  return `${form.getAttribute("action")}?${new URLSearchParams(filled)}`;
};

const follow = (place, fresh) => {
  if (place instanceof HTMLTextAreaElement) {
    place.value = fresh.textContent;
    place.rows = Number(fresh.getAttribute("rows"));
  } else if (place instanceof HTMLIFrameElement) {
    place.title = fresh.title;
    if (shown === fresh.getAttribute("src")) return;
    shown = fresh.getAttribute("src");
    place.style.height = "";
    place.height = fresh.getAttribute("height");
    // In the place of the one before: going back leads out of this page, not through its frames.
    place.contentWindow.location.replace(shown);
  } else if (place instanceof HTMLAnchorElement) {
    place.setAttribute("href", fresh.getAttribute("href"));
  } else {
    place.replaceChildren(...fresh.childNodes);
  }
};

const renew = async () => {
  const mine = (latest += 1);
  const address = chosen();
  const answer = await fetch(address).catch(() => null);
  if (mine !== latest) return;
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== latest) return;
  if (!page?.querySelector("[data-builder]")) {
    shows.hidden = false;
    said.textContent = form.dataset.away;
    return;
  }
  for (const place of document.querySelectorAll("[data-follows]")) {
    const fresh = page.getElementById(place.id);
    if (fresh) follow(place, fresh);
  }
  for (const field of form.querySelectorAll("[name][aria-describedby]")) {
    const isFaulty = page.getElementById(field.id)?.hasAttribute("aria-invalid");
    if (isFaulty) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  document.querySelector(".languages").replaceChildren(...page.querySelector(".languages").childNodes);
  document.getElementById("faults")?.remove();
  said.textContent = answer.ok ? form.dataset.renewed : form.dataset.faulty;
  history.replaceState(null, "", address);
};

const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(renew, 250);
};

form.addEventListener("input", soon);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  renew();
});
shows.hidden = true;

// A colour can be picked or written; each shows the other.
for (const picker of form.querySelectorAll("[data-picks]")) {
  const field = document.getElementById(picker.dataset.picks);
  const show = () => {
    const written = /^#?([0-9a-f]{6})$/i.exec(field.value.trim());
    picker.value = written ? `#${written[1].toLowerCase()}` : picker.dataset.usual;
  };
  picker.addEventListener("input", () => {
    field.value = picker.value.slice(1);
  });
  field.addEventListener("input", show);
  show();
  picker.hidden = false;
}

// Copying tells how it went, beside the button.
const copy = async (button) => {
  const place = document.getElementById(button.dataset.copies);
  const told = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(place.value);
    told.textContent = form.dataset.copied;
  } catch {
    place.focus();
    place.select();
    told.textContent = form.dataset.marked;
  }
  setTimeout(() => {
    told.textContent = "";
  }, 6000);
};

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", () => copy(button));
  button.hidden = false;
}

// The preview is no taller than what it shows, and scrolls where that is much.
addEventListener("message", (event) => {
  const { outreach, height } = event.data ?? {};
  if (event.source !== preview.contentWindow || event.origin !== location.origin) return;
  if (outreach !== "height" || !Number.isFinite(height)) return;
  preview.style.height = `${Math.min(Math.max(height + 2, 120), 900)}px`;
});
