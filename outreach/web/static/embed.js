// What a framed page gains where scripts run: the visitor's own time, and a frame as tall as it.
// It goes before the first drawing where browsers can wait for it, so that nothing moves.
(() => {
  const root = document.documentElement;
  const language = root.lang.replace(/^en$/, "en-GB");

  // The line is there already, with the start by UTC; it comes to say what v1.js says.
  const DAY = 864e5; // milliseconds
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const zone = clock.resolvedOptions().timeZone;
  const two = (number) => String(number).padStart(2, "0");
  for (const list of zone ? document.querySelectorAll("[data-your-time]") : []) {
    for (const line of list.querySelectorAll("[data-start]")) {
      const starts = new Date(line.dataset.start);
      if (Number.isNaN(starts.getTime())) continue;
      const here = `${starts.getFullYear()}-${two(starts.getMonth() + 1)}-${two(starts.getDate())}`;
      const there = line.dataset.start.slice(0, 10);
      const hour = `${two(starts.getHours())}:${two(starts.getMinutes())}`;
      if (here === there && hour === line.dataset.start.slice(11, 16)) continue;
      const { yourTime, nextDay, previousDay } = list.dataset;
      const end = new Date(line.dataset.end || NaN);
      const ends = end - starts < DAY ? `–${clock.format(end)}` : "";
      const shift = here === there ? "" : `, ${here > there ? nextDay : previousDay}`;
      const said = `${clock.format(starts)}${ends}${shift} (${zone})`;
      line.textContent = yourTime.replace("{time}", () => said);
    }
  }

  if (window.parent === window) return;

  // WordPress locks what it embeds by its address: what is to happen outside it does by messages
  // of its own, to the word that it put behind our address (wp-embed.js).
  const secret = /^#\?secret=([A-Za-z0-9]+)$/.exec(location.hash)?.[1];
  const ask = (message, value) => {
    if (secret) window.parent.postMessage({ message, value, secret }, "*");
  };
  if (secret) {
    // Nothing outside our site can be opened from there: calendars of others are not offered.
    for (const link of document.querySelectorAll("a[target=_top]")) {
      if (new URL(link.href).origin !== location.origin) (link.closest("li") || link).hidden = true;
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      const form = event.target.closest("button")?.form;
      const outside = link?.target === "_top" ? link.href : form?.target === "_top" && form.action;
      if (outside && new URL(outside).host === location.host) {
        event.preventDefault();
        ask("link", outside);
      } else if (link && !link.target) link.hash = location.hash;
    });
  }

  // The page around gives the frame this height (v1-frame.js).
  let last = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    window.parent.postMessage({ outreach: "height", version: 1, height }, "*");
    ask("height", height);
  }).observe(root);
})();
