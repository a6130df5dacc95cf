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
  const here = new Intl.DateTimeFormat("en-CA", { dateStyle: "short" }).format(starts);
  const { day: there, nextDay, dayBefore } = row.dataset;
  const shift = !there || here === there ? "" : here > there ? nextDay : dayBefore;
  const said = [day.format(starts), shift].filter(Boolean).join(", ");
  row.querySelector("[data-own-time-here]").textContent = `${said} (${zone})`;
  row.hidden = false;
}

// A form that asks for it learns the visitor's time zone, so that mails can say the hour in it.
for (const field of document.querySelectorAll("[data-zone-field]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// A waiting page looks again when the door opens, also where this computer's clock is wrong or
// it has slept meanwhile.
for (const place of document.querySelectorAll("[data-opens-in]")) {
  const opens = Date.now() + Number(place.dataset.opensIn) * 1000;
  const look = () => {
    const left = opens - Date.now();
    if (left <= 0) location.reload();
    else setTimeout(look, Math.min(left + 1000, 60000));
  };
  look();
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

// A page that waits for a worker looks again, while somebody looks at it.
for (const place of document.querySelectorAll("[data-look-again]")) {
  setInterval(() => {
    if (!document.hidden) location.reload();
  }, Number(place.dataset.lookAgain) * 1000);
}

// What unfolds over a page folds up again by Escape, and when something else is touched.
for (const sheet of document.querySelectorAll("details.desk-more")) {
  document.addEventListener("click", (event) => {
    if (!sheet.contains(event.target)) sheet.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !sheet.open) return;
    sheet.open = false;
    sheet.querySelector("summary").focus();
  });
}
