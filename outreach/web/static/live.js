// Parts of a page that go on living without reloading it.
//
//   <div id="running" data-live="/desk/running" data-live-until="[data-done]">…</div>
//
// data-live        where the part is fetched: HTML with one element at its top, which takes the
//                  place of the old one whole, its data-live attributes included
// data-live-every  seconds between two looks (2)
// data-live-until  a selector: once the part is or holds such an element, nobody looks any more
// data-live-then   "reload": the whole page is loaded anew once nobody looks any more
// data-live-says   what ears are told when it changes, by the element with data-live-ears
// data-live-lost   (of an element anywhere in the page) shown while the looks fail
//
// Nobody looks while the page is hidden. What has the focus keeps it, by id; a part that has not
// changed is left alone, and so is one in which somebody is selecting text.

const EVERY = 2;
const LONGEST = 30;

function isDone(part) {
  const { live, liveUntil } = part.dataset;
  return !live || (liveUntil && (part.matches(liveUntil) || part.querySelector(liveUntil)));
}

function isBeingRead(part) {
  const selection = document.getSelection();
  return selection && !selection.isCollapsed && selection.intersectsNode?.(part);
}

const lostParts = new Set();

function lost(url, isLost) {
  lostParts[isLost ? "add" : "delete"](url);
  for (const note of document.querySelectorAll("[data-live-lost]")) note.hidden = !lostParts.size;
}

function tell(part, fresh) {
  const said = fresh.dataset.liveSays;
  if (!said || said === part.dataset.liveSays) return;
  for (const ears of document.querySelectorAll("[data-live-ears]")) ears.textContent = said;
}

function replace(part, fresh) {
  for (const open of part.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(open.id)}`);
    if (same) same.open = true;
  }
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// Gives the part as it is now; null if it cannot be had (again, or at all).
async function look(part) {
  const answer = await fetch(part.dataset.live, {
    headers: { Accept: "text/html" },
    redirect: "manual",
    signal: AbortSignal.timeout(10000),
  });
  if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) return null;
  if (!answer.ok) throw new Error(`${answer.status}`);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content.firstElementChild;
}

async function live(part) {
  let failures = 0;
  const url = part.dataset.live;
  while (!isDone(part)) {
    const every = Number(part.dataset.liveEvery) || EVERY;
    await pause(Math.min(every * 2 ** failures, Math.max(every, LONGEST)));
    if (!part.isConnected) return;
    if (isBeingRead(part)) continue;
    try {
      const fresh = await look(part);
      if (!fresh) return lost(url, true);
      failures = 0;
      lost(url, false);
      // A button that somebody is pressing stays under the finger, or the click would be lost.
      if (fresh.isEqualNode(part) || part.matches(":active")) continue;
      tell(part, fresh);
      replace(part, fresh);
      part = fresh;
      if (isDone(part) && part.dataset.liveThen === "reload") location.reload();
    } catch {
      failures += 1;
      if (failures > 1) lost(url, true);
    }
  }
}

// Waits, and then until the page is seen; coming back to it ends the wait at once.
function pause(seconds) {
  return new Promise((resolve) => {
    const end = () => {
      if (document.hidden) return;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    document.addEventListener("visibilitychange", end);
  });
}

for (const part of document.querySelectorAll("[data-live]")) live(part);
