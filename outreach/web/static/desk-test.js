// What the room of tests gains where scripts run. Nothing depends on it.

// The button says how many mails it sends.
const form = document.querySelector("[data-test-form]");
const button = form?.querySelector("[data-labels]");
let touched = false;
const count = () => {
  const labels = JSON.parse(button.dataset.labels);
  const typed = form.elements.addresses.value.split(/[\n,;]/).map((part) => part.trim().toLowerCase());
  const addresses = new Set(typed.filter(Boolean)).size;
  const languages = form.querySelectorAll("[name=languages]:checked").length;
  button.textContent = labels[addresses * languages] ?? labels[0];
};
if (button) {
  form.addEventListener("input", () => { touched = true; count(); });
  count();
}

// Whoever writes a subscriber's address means that subscriber.
form?.elements.subscriber?.addEventListener("input", (event) => {
  if (event.target.value) document.getElementById("reader-subscriber").checked = true;
});

// While mails wait, the page looks again; never under the hands of somebody who is writing.
const looking = document.querySelector("[data-waits]");
const opened = Date.now();
const look = () => {
  const busy = touched || form?.contains(document.activeElement) || document.hidden;
  if (!busy) location.reload();
  else if (Date.now() - opened < 600000) setTimeout(look, 2000);
};
if (looking) setTimeout(look, 2000);
