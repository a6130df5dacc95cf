// What pages gain where scripts run. Nothing depends on it.

// A list of faults comes into view and under the finger of whoever uses the keyboard.
document.getElementById("faults")?.focus();

// An event also shows the visitor's own time, beside the time of the place.
for (const row of document.querySelectorAll("[data-own-time]")) {
  const starts = new Date(row.dataset.ownTime);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (Number.isNaN(starts.getTime()) || !zone || zone === row.dataset.zone) continue;
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  row.querySelector("[data-own-time-here]").textContent = `${day.format(starts)} (${zone})`;
  row.hidden = false;
}

// A form that asks for it learns the visitor's time zone, so that mails can say the hour in it.
for (const field of document.querySelectorAll("[data-zone-field]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// A waiting page looks again at the moment when the door opens, and after a computer has slept.
for (const place of document.querySelectorAll("[data-opens-at]")) {
  const opens = new Date(place.dataset.opensAt).getTime();
  const look = () => {
    const left = opens - Date.now();
    if (left <= 0) location.reload();
    else setTimeout(look, Math.min(left + 1000, 60000));
  };
  if (opens > Date.now()) look();
}

// A letter's frame gets the height of the letter, to the pixel.
for (const place of document.querySelectorAll("[data-letter]")) {
  const frame = place.querySelector("iframe");
  const fit = () => {
    const body = frame.contentDocument?.body;
    const height = body ? Math.ceil(body.getBoundingClientRect().height) : 0;
    if (height > 0) place.style.height = `${height + 2}px`;
  };
  const watch = () => {
    const body = frame.contentDocument?.body;
    if (!body || frame.contentDocument.URL === "about:blank") return;
    new ResizeObserver(fit).observe(body);
    fit();
  };
  frame.addEventListener("load", watch);
  if (frame.contentDocument?.readyState === "complete") watch();
}
