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
    place.width = fresh.getAttribute("width");
    if (shown === fresh.getAttribute("src")) return;
    shown = fresh.getAttribute("src");
    place.style.height = "";
    place.height = fresh.getAttribute("height");
    // In the place of the one before: going back leads out of this page, not through its frames.
    place.contentWindow.location.replace(shown);
  } else if (place instanceof HTMLAnchorElement) {
    place.setAttribute("href", fresh.getAttribute("href"));
    place.toggleAttribute("aria-current", fresh.hasAttribute("aria-current"));
    if (fresh.hasAttribute("aria-current")) place.setAttribute("aria-current", "true");
  } else if (place.innerHTML !== fresh.innerHTML) {
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
  for (const picker of form.querySelectorAll("[data-picks]")) {
    const field = document.getElementById(picker.dataset.picks);
    field.placeholder = page.getElementById(field.id).placeholder;
    showColour(picker);
  }
  offerCopies();
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

// The preview as a frame or as part of a page, wide or narrow.
for (const link of document.querySelectorAll("[data-way]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const asked = new URL(link.href).searchParams;
    for (const name of ["preview", "width"]) form.elements[name].value = asked.get(name) ?? "";
    clearTimeout(waiting);
    renew();
  });
}

// A colour can be picked or written; each shows the other, and what is used where nothing is written.
function showColour(picker) {
  const field = document.getElementById(picker.dataset.picks);
  const written = /^#?([0-9a-f]{6})$/i.exec(field.value.trim() || field.placeholder);
  if (written) picker.value = `#${written[1].toLowerCase()}`;
}

for (const picker of form.querySelectorAll("[data-picks]")) {
  const field = document.getElementById(picker.dataset.picks);
  picker.addEventListener("input", () => {
    field.value = picker.value.slice(1);
  });
  field.addEventListener("input", () => showColour(picker));
  showColour(picker);
  picker.hidden = false;
}

// Copying tells how it went, beside the button.
const mark = (place) => {
  if (place instanceof HTMLTextAreaElement) {
    place.focus();
    place.select();
  } else {
    getSelection().selectAllChildren(place);
  }
};

const copy = async (button) => {
  const place = document.getElementById(button.dataset.copies);
  const told = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(place.value ?? place.href ?? place.textContent);
    told.textContent = form.dataset.copied;
  } catch {
    mark(place);
    told.textContent = form.dataset.marked;
  }
  setTimeout(() => {
    told.textContent = "";
  }, 6000);
};

function offerCopies() {
  for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (button) copy(button);
});
offerCopies();

// The preview is no taller than what it shows, and scrolls where that is much.
addEventListener("message", (event) => {
  const { outreach, height } = event.data ?? {};
  if (event.source !== preview.contentWindow || event.origin !== location.origin) return;
  if (outreach !== "height" || !Number.isFinite(height)) return;
  preview.style.height = `${Math.min(Math.max(height + 2, 120), 1600)}px`;
});
