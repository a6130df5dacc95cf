// Reloads the list when a mail has arrived; without script the page is reloaded by hand.
const list = document.getElementById("list");
const check = async () => {
  try {
    const { count } = await (await fetch("/count")).json();
    if (String(count) !== list.dataset.count) location.replace("/" + location.search.replace(/[?&]said=[^&]*/, ""));
  } catch {
    // The demo has been stopped: the page stays as it is.
  }
};
setInterval(check, 1500);
