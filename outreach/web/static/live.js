// Campaigns on their way stay true to life without reloading; where scripts do not run, the page
// reloads by itself. The server writes every word; this only puts them in place.

const EVERY = 2000;
const LOOKS = 8; // the rate is told from as many looks ago

for (const place of document.querySelectorAll("[data-live]")) {
  const part = place.querySelector("[data-live-part]");
  const ears = place.querySelector("[data-live-said]");
  const present = () => part.querySelector("[data-going]");
  const seen = [];
  let failures = 0;
  let timer = 0;

  const later = () => {
    clearTimeout(timer);
    if (present()?.dataset.going !== "yes") return;
    timer = setTimeout(look, EVERY * Math.min(2 ** failures, 15));
  };

  const look = async () => {
    if (document.hidden) return; // begins again when somebody looks
    const { state, said } = present().dataset;
    const { sent, at } = seen[0] ?? present().dataset;
    try {
      const query = new URLSearchParams({ sent, at });
      const answer = await fetch(`${place.dataset.live}?${query}`, { redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      part.innerHTML = await answer.text();
      failures = 0;
    } catch {
      failures += 1;
      if (failures > 5) location.reload(); // signed out, or the desk is away: the page will tell
      else later();
      return;
    }
    const now = present().dataset;
    if (now.state !== state || now.going !== "yes") {
      location.reload(); // other buttons belong to it now
      return;
    }
    if (now.said !== said) ears.textContent = now.said;
    seen.push({ sent: now.sent, at: now.at });
    if (seen.length > LOOKS) seen.shift();
    later();
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      clearTimeout(timer);
      seen.length = 0;
      if (present()?.dataset.going === "yes") look();
    }
  });
  later();
}
