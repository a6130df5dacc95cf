// What the page of an edition gains where scripts run: it keeps up with the files, and a frame is
// as tall as its letter. Nothing depends on it.

const EVERY = 4000;

// A frame gets the height of its letter, to the pixel.
function fit() {
  for (const place of document.querySelectorAll("[data-proof]")) {
    const frame = place.querySelector("iframe");
    const measure = () => {
      const body = frame.contentDocument?.body;
      const height = body ? Math.ceil(body.getBoundingClientRect().height) : 0;
      if (height > 0 && frame.contentDocument.URL !== "about:blank") place.style.height = `${height + 2}px`;
    };
    frame.addEventListener("load", measure);
    if (frame.contentDocument?.readyState === "complete") measure();
  }
}

// The part of the page that shows the edition is replaced by the same part of another answer. Of
// several that are asked for, the last is shown, in whatever order the answers come.
let asked = 0;
async function show(url) {
  const mine = ++asked;
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (mine !== asked) return;
  if (!answer.ok || answer.redirected) return location.assign(url);
  const page = new DOMParser().parseFromString(text, "text/html");
  const [old, next] = [document.getElementById("live"), page.getElementById("live")];
  if (!next) return location.assign(url);
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const tops = [...old.querySelectorAll("details")].map((each) => each.open);
  old.replaceWith(document.adoptNode(next));
  document.title = page.title;
  const [heading, said] = [document.querySelector("h1"), page.querySelector("h1")];
  if (heading && said) heading.textContent = said.textContent;
  [...next.querySelectorAll("details")].forEach((each, n) => { if (tops[n]) each.open = true; });
  const same = (each) => each.tagName === held.tagName && each.textContent === held.textContent;
  if (held) [...next.querySelectorAll("a, button, summary")].find(same)?.focus({ preventScroll: true });
  fit();
}

function say(words) {
  const place = document.getElementById("live-said");
  if (place) place.textContent = words;
}

// Is there news? Only a page that somebody looks at asks, and whoever is signed out stops asking.
async function look() {
  const live = document.getElementById("live");
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(live.dataset.watch);
      if (!answer.ok || answer.redirected) return;
      if ((await answer.text()) !== live.dataset.state) {
        say("");
        await show(live.dataset.page);
        say(live.dataset.said);
      }
    } catch {
      // The network is away for a moment: ask again later.
    }
  }
  setTimeout(look, EVERY);
}

// Languages and views are switched without leaving the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-switch]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show(link.href).catch(() => location.assign(link.href));
});
addEventListener("popstate", () => show(location.href).catch(() => location.reload()));

fit();
if (document.getElementById("live")) setTimeout(look, EVERY);
