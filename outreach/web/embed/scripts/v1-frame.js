// Outreach, frames for partners' pages, version 1. The contract is in docs/embedding.md.
// Each <p data-outreach-frame="https://…/embed/…"><a href="…">…</a></p> shows the frame in place of
// the link, as high as what it holds. Until the frame has said how high that is, and for good where
// it never does, the link stays. A place that is taken out begins anew where it is put in again.
(() => {
  "use strict";
  const PATIENCE = 8000; // milliseconds in sight
  const LEAST = 120;
  const MOST = 10000; // pixels

  const script = document.currentScript || document.querySelector('script[src*="/embed/v1-frame.js"]');
  const once = Symbol.for("outreach-frame-1");
  if (!script || !script.src || window[once] || !window.WeakSet) return;
  window[once] = true;
  const origin = new URL(script.src).origin;
  const seen = new WeakSet();
  const frames = new Set();

  function ours(value) {
    try {
      const url = new URL(value);
      return url.origin === origin && url.pathname.startsWith("/embed/") ? url.href : "";
    } catch {
      return "";
    }
  }

  // By the object model: a policy that forbids inline styles allows it, and no reset is stronger.
  function style(element, rules) {
    for (const name of Object.keys(rules)) element.style.setProperty(name, rules[name], "important");
  }

  function show(holder) {
    const address = ours(holder.dataset.outreachFrame);
    if (!address || seen.has(holder)) return;
    seen.add(holder);
    const link = document.createElement("span");
    link.append(...holder.childNodes);
    const frame = document.createElement("iframe");
    frame.title = holder.dataset.title || link.textContent.trim();
    frame.loading = "lazy";
    frame.referrerPolicy = "strict-origin";
    frame.setAttribute("frameborder", "0");
    // Browsers do not lay out what has no size at all, and so it could never say how high it is.
    style(frame, { display: "block", border: "0", margin: "0", padding: "0", width: "100%" });
    style(frame, { "min-width": "0", "max-width": "100%", "min-height": "0", "max-height": "none" });
    style(frame, { height: "2px", opacity: "0" });
    frame.src = address;
    holder.append(link, frame);
    const one = { holder, frame, link, height: 0, given: () => {} };
    frames.add(one);
    one.given = wait(one);
  }

  // A frame that is not in sight is neither loaded nor laid out: only time in sight counts.
  function wait(one) {
    let timer = 0;
    const stop = () => {
      clearTimeout(timer);
      timer = 0;
    };
    const give = () => {
      timer = 0;
      if (document.hidden) return start();
      frames.delete(one);
      watch.disconnect();
      one.frame.remove();
    };
    const start = () => {
      if (!timer) timer = setTimeout(give, PATIENCE);
    };
    const watch = new IntersectionObserver((entries) => {
      if (entries[entries.length - 1].isIntersecting) start();
      else stop();
    });
    watch.observe(one.frame);
    return () => {
      watch.disconnect();
      stop();
    };
  }

  addEventListener("message", (event) => {
    const said = event.data;
    if (event.origin !== origin || !said || said.outreach !== "height" || said.version !== 1) return;
    const one = [...frames].find((each) => each.frame.contentWindow === event.source);
    if (!one || !Number.isFinite(said.height)) return;
    const height = Math.min(MOST, Math.max(LEAST, Math.ceil(said.height)));
    if (Math.abs(height - one.height) < 2) return;
    if (!one.height) {
      one.given();
      style(one.link, { display: "none" });
      style(one.frame, { opacity: "1" });
    }
    one.height = height;
    one.frame.height = height;
    // One pixel more, for the change of one that is not followed.
    style(one.frame, { height: `${height + 1}px` });
  });

  // Who takes out the frame alone wants none: only a whole place is shown again.
  function end(one) {
    one.given();
    frames.delete(one);
    one.frame.remove();
    one.link.replaceWith(...one.link.childNodes);
    if (!one.holder.isConnected) seen.delete(one.holder);
  }

  function look() {
    for (const one of frames) if (!one.frame.isConnected) end(one);
    for (const holder of document.querySelectorAll("[data-outreach-frame]")) show(holder);
  }

  function begin() {
    look();
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin, { once: true });
  else begin();
})();
