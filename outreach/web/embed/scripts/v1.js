// Outreach, events and sign-up on partners' pages, version 1. The contract is in docs/embedding.md.
// <outreach-events> and <outreach-signup> show what /embed/<language>/events.json and signup.json
// say, in a shadow tree of their own. Until that is there, and for good where it never comes, the
// element is left alone and the link in it is seen. Nothing is stored; nothing else is asked for.
(() => {
  "use strict";
  const PATIENCE = 8000; // milliseconds for one answer

  const script = document.currentScript || document.querySelector('script[src*="/embed/v1.js"]');
  if (!script || !script.src || !window.customElements || !Element.prototype.attachShadow) return;
  const origin = new URL(script.src).origin;

  // How it looks -------------------------------------------------------------------------------

  // The sheet begins by taking back what is inherited from the host's page. Sizes are in em of the
  // visitor's own size of type. Narrow comes first; wide is what a container allows.
  const LOOK = `
:host { display: block; min-width: 0; max-width: 100%; }
.root { all: initial; display: block; box-sizing: border-box; flex: 1 1 100%; width: 100%; min-width: 0;
  container-type: inline-size; contain-intrinsic-inline-size: 40em; font-size: medium; color: var(--ink); }
.root[dir=ltr] { direction: ltr; } .root[dir=rtl] { direction: rtl; }
.root *, .root *::before { box-sizing: border-box; }
.sheet { padding: 1.25em 1.25em 1em; border: 1px solid var(--line); border-radius: 10px; background: var(--paper);
  font: 1.0625em/1.55 var(--font); overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
h1, h2, h3, h4, h5, h6 { margin: 0; font: 700 1.2em/1.3 var(--serif); letter-spacing: -.011em; text-wrap: balance; }
.sheet > :first-child { font-size: 1.5em; line-height: 1.2; }
p, ol, ul, dl, form, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
ol, ul { list-style: none; }
a { color: var(--accent); text-decoration: underline 1px; text-underline-offset: .18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
.ears { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet, .hint { color: var(--muted); font-size: .9375em; line-height: 1.45; }
.button { display: inline-flex; align-items: center; justify-content: center; min-height: max(44px, 2.75em);
  padding: .5em 1.25em; border: 2px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--on);
  font: 600 1em/1.3 var(--font); text-align: center; text-decoration: none; cursor: pointer; }
.button:hover { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.foot { display: flex; flex-wrap: wrap; gap: 0 1.5em; margin-top: 1em; padding-top: .5em; border-top: 1px solid var(--line); font-size: .9375em; }
.foot a { display: inline-flex; align-items: center; min-height: max(44px, 2.75em); }

.list { margin-top: 1em; border-top: 2px solid var(--ink); }
.list > li + li { border-top: 1px solid var(--line); }
.sheet > .quiet { margin-top: .25em; } .sheet > .quiet + .quiet { margin-top: 1em; }
.empty { padding: 1.25em 0; color: var(--muted); }
article { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75em 1.25em; padding: 1.5em 0; }
.leaf { display: flex; align-items: baseline; justify-self: start; gap: .375em; padding: .25em .75em; border-radius: 8px;
  background: var(--surface); line-height: 1.2; }
.leaf b { font: 700 1.5em/1.1 var(--serif); color: var(--accent); font-variant-numeric: lining-nums; }
.leaf span { font-size: .9375em; font-weight: 600; }
.text { display: grid; grid-template-columns: minmax(0, 1fr); gap: .375em; }
.kicker { font-size: .9375em; font-weight: 600; line-height: 1.4; color: var(--accent); }
.title a { display: inline-block; max-width: 100%; color: var(--ink); text-decoration: none; }
.title a:hover { color: var(--accent); text-decoration: underline; }
.when { font-weight: 600; line-height: 1.45; } .when::first-letter { text-transform: uppercase; }
.summary { margin-top: .25em; text-wrap: pretty; }
.off .title a, .off .when, .off time, td .off a, td .off b { text-decoration: line-through 1px; }
.status { display: inline-block; padding: 0 .5em; border: 1px solid currentcolor; border-radius: 4px; color: var(--ink); }
.acts { display: flex; flex-wrap: wrap; align-items: center; gap: .25em 1.25em; margin-top: .625em; }
.acts a:not(.button) { display: inline-flex; align-items: center; min-height: max(44px, 2.75em); font-size: .9375em; }
.acts > a:only-child:not(.button) { margin-block: -.625em; }

.bar { display: flex; align-items: center; justify-content: space-between; gap: .75em; margin-top: 1em; }
.bar p { flex: 1; font: 700 1.2em/1.3 var(--serif); text-align: center; }
.bar p::first-letter { text-transform: uppercase; }
.turn { flex: none; width: 2.75em; min-width: 44px; padding: 0; background: transparent; color: var(--accent); border-color: var(--border); }
.turn span { font-size: 1.5em; line-height: 1; }
.turn[aria-disabled] { opacity: .4; cursor: default; }
table { display: none; width: 100%; margin-top: 1em; table-layout: fixed; border-collapse: collapse; font-size: .8125em; line-height: 1.35; }
th { padding: .5em .25em; color: var(--muted); font-weight: 600; text-align: start; }
td { height: 5em; padding: .25em; border: 1px solid var(--line); vertical-align: top; hyphens: auto; }
.more { margin-top: 1em; }
.out { background: var(--surface); color: var(--muted); }
td time { display: inline-block; min-width: 1.75em; padding: 0 .25em; line-height: 1.75; text-align: center; font-variant-numeric: lining-nums; }
[aria-current] { border-radius: 1em; background: var(--accent); color: var(--on); font-weight: 700; }
td li { padding: .25em 0; } td li + li { border-top: 1px solid var(--line); }
td a { display: block; min-height: 24px; padding-block: 2px; } td b { display: block; }

form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5em; max-width: 32em; margin-top: 1.25em; position: relative; }
.field { display: grid; gap: .375em; }
.field label, legend { padding: 0; font-weight: 600; line-height: 1.4; }
label .quiet { font-weight: 400; }
.field input, select { width: 100%; min-height: 3em; padding: .625em .875em; border: 1px solid var(--border); border-radius: 6px;
  background: var(--paper); color: var(--ink); font: 1em/1.4 var(--font); }
.choices { margin-top: .5em; border-top: 1px solid var(--line); }
.choice { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .75em; align-items: start; }
.choices .choice { padding: .75em 0; border-bottom: 1px solid var(--line); }
.choice input { width: 1.5em; height: 1.5em; min-width: 24px; min-height: 24px; margin: 0; accent-color: var(--accent); }
.choice .hint { grid-column: 2; }
.choices label { font-weight: 600; }
.send { display: flex; flex-wrap: wrap; align-items: center; gap: .5em 1.5em; }
.send a { display: inline-flex; align-items: center; min-height: max(44px, 2.75em); }

@supports not (contain-intrinsic-inline-size: 1px) { .root { container-type: normal; } }
@container (min-width: 28em) {
  .sheet { padding: 1.75em 1.75em 1.25em; }
  article { grid-template-columns: auto minmax(0, 1fr); }
  .leaf { display: grid; justify-items: center; align-self: start; min-width: 4.5em; padding: .5em .625em .625em; border-radius: 10px; }
  .leaf b { font-size: 2.25em; line-height: 1.05; }
}
@container (min-width: 48em) {
  table { display: table; } .agenda { display: none; }
  .bar { justify-content: start; } .bar p { flex: none; min-width: 9em; }
}
@container (min-width: 54em) { table { font-size: .875em; } td { padding: .375em; } }
@media (forced-colors: active) { .leaf, [aria-current] { border: 1px solid; } }
`;
  let shared;

  // What the page's own custom properties say is stronger than the colours of the answer.
  function colours(data) {
    const rules = (of) => {
      const one = (name) => (/^#[0-9a-f]{6}$/i.test(of[name]) ? of[name] : "");
      const own = ["paper", "surface", "ink", "muted", "accent", "border"];
      const each = own.map((name) => `--${name}: var(--outreach-${name}, ${one(name)});`).join(" ");
      return `.root { ${each} --on: var(--outreach-paper, ${one("on_accent")}); --line: var(--border); }
@supports (color: color-mix(in srgb, red, red)) { .root { --line: color-mix(in srgb, var(--ink) 15%, var(--paper)); } }`;
    };
    const { light, dark } = data.colours;
    const fonts = `.root { --font: var(--outreach-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif);
  --serif: var(--outreach-font, Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif); color-scheme: ${
    { light: "light", dark: "dark" }[data.theme] || "light dark"
  }; }`;
    if (data.theme === "light" || data.theme === "dark") return fonts + rules(data.colours[data.theme]);
    return `${fonts}${rules(light)} @media (prefers-color-scheme: dark) { ${rules(dark)} }`;
  }

  // Constructed sheets are allowed where a policy forbids inline styles.
  function dress(shadow, own) {
    if (!("adoptedStyleSheets" in shadow)) {
      shadow.prepend(make("style", null, LOOK + own));
      return;
    }
    const sheet = (text) => {
      const made = new CSSStyleSheet();
      made.replaceSync(text);
      return made;
    };
    shared = shared || sheet(LOOK);
    shadow.adoptedStyleSheets = [shared, sheet(own)];
  }

  // Nodes --------------------------------------------------------------------------------------

  // Text becomes text, whatever is in it; what is empty is left out.
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value || value === 0) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child));
    return node;
  }

  function safe(value) {
    try {
      const url = new URL(value);
      return ["https:", "http:", "webcal:"].includes(url.protocol) ? url.href : "";
    } catch {
      return "";
    }
  }

  // A link opens in the whole window and tells no more than the origin of the host's page.
  function link(url, attributes, ...children) {
    const href = safe(url);
    if (!href) return make("span", null, ...children);
    return make("a", { href, target: "_top", referrerpolicy: "strict-origin", ...attributes }, ...children);
  }

  const ears = (text) => text && make("span", { class: "ears" }, text);
  const heading = (level, attributes, ...children) => make(`h${Math.min(6, level)}`, attributes, ...children);

  // Reading ------------------------------------------------------------------------------------

  async function ask(url, cache, signal) {
    const own = new AbortController();
    const stop = () => own.abort();
    const timer = setTimeout(stop, PATIENCE);
    signal.addEventListener("abort", stop);
    try {
      const how = { cache, credentials: "omit", referrerPolicy: "strict-origin", signal: own.signal };
      const answer = await fetch(url, how);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return await answer.json();
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      stop(); // what is left of a refusal is not fetched
    }
  }

  // Where we are away, what the browser kept is better than nothing.
  async function read(url, signal) {
    for (const cache of ["default", "force-cache"]) {
      if (signal.aborted) return null;
      try {
        return await ask(url, cache, signal);
      } catch {
        // tried again, or null
      }
    }
    return null;
  }

  // One element --------------------------------------------------------------------------------

  class Embed {
    constructor(element, kind) {
      this.element = element;
      this.kind = kind;
      this.shown = "";
      this.stop = () => {};
    }

    // Several changes in one go are one reading.
    plan() {
      if (this.planned) return;
      this.planned = true;
      queueMicrotask(() => {
        this.planned = false;
        if (this.element.isConnected) this.load();
      });
    }

    async load() {
      const url = this.address();
      this.stop();
      if (url === this.shown) return;
      if (!this.shadow) this.keepLink();
      const data = await this.read(url);
      if (data === undefined) return;
      try {
        this.show(data, url);
      } catch {
        this.leave();
      }
    }

    // undefined: nobody waits for it any more.
    async read(url) {
      this.stop();
      const control = new AbortController();
      this.stop = () => control.abort();
      const data = await read(url, control.signal);
      return control.signal.aborted ? undefined : data;
    }

    show(data, url) {
      if (data.version !== 1) throw new Error("not of this version");
      const level = Number(data.heading) || 2;
      const name = data.organisation && make("p", { class: "quiet" }, data.organisation);
      const top = [heading(level, { id: "title" }, data.title), name];
      const sheet = make("div", { class: "sheet" }, ...top, ...this.kind.show(data, level, this));
      const dir = data.direction === "rtl" ? "rtl" : "ltr";
      const root = make("section", { class: "root", lang: data.language, dir, "aria-labelledby": "title" }, sheet);
      const own = colours(data);
      this.shadow = this.shadow || this.element.attachShadow({ mode: "open" });
      this.shadow.replaceChildren(root);
      dress(this.shadow, own);
      this.shown = url;
    }

    leave() {
      this.shown = "";
      if (this.shadow) this.shadow.replaceChildren(make("slot"));
      this.keepLink();
    }

    keepLink() {
      if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", () => this.keepLink(), { once: true });
        return;
      }
      if (this.shown || this.element.querySelector("a[href]")) return;
      const href = `${origin}/${this.language()}/${this.kind.page}`;
      this.element.append(make("a", { href, target: "_top", referrerpolicy: "strict-origin" }, href));
    }

    language() {
      const around = this.element.closest("[lang]");
      const said = this.element.getAttribute("language") || (around ? around.lang.split("-")[0] : "");
      return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(said) ? said : "en";
    }

    address() {
      const url = new URL(`/embed/${this.language()}/${this.kind.data}`, origin);
      for (const [attribute, name] of Object.entries(this.kind.attributes)) {
        const value = (this.element.getAttribute(attribute) || "").trim();
        const several = attribute === "topics" || attribute === "kinds";
        for (const each of several ? value.split(/[\s,]+/) : [value.replace(/^#/, "")]) {
          if (each) url.searchParams.append(name, each);
        }
      }
      return url.href;
    }
  }

  function define(name, kind) {
    if (customElements.get(name)) return;
    const embeds = new WeakMap();
    class OutreachElement extends HTMLElement {
      static get observedAttributes() {
        return ["language", ...Object.keys(kind.attributes)];
      }

      constructor() {
        super();
        embeds.set(this, new Embed(this, kind));
      }

      connectedCallback() {
        embeds.get(this).plan();
      }

      disconnectedCallback() {
        embeds.get(this).stop();
      }

      attributeChangedCallback() {
        if (this.isConnected) embeds.get(this).plan();
      }
    }
    customElements.define(name, OutreachElement);
  }

  // Events -------------------------------------------------------------------------------------

  const DAY = 864e5; // milliseconds
  const pad = (number) => String(number).padStart(2, "0");

  const isOff = ({ status }) => status === "cancelled" || status === "postponed";

  // The visitor's own time, where the clock there shows another one; as embed.js says it.
  function ownTime(event, data) {
    try {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const start = new Date(event.start || NaN);
      if (!zone || zone === event.zone || Number.isNaN(start.getTime())) return "";
      const day = [start.getFullYear(), pad(start.getMonth() + 1), pad(start.getDate())].join("-");
      const there = event.start.slice(0, 16);
      if (there === `${day}T${pad(start.getHours())}:${pad(start.getMinutes())}`) return "";
      const how = { timeStyle: "short" };
      const clock = new Intl.DateTimeFormat(data.language === "en" ? "en-GB" : data.language, how);
      if (!clock.resolvedOptions().timeStyle) return "";
      const end = new Date(event.end || NaN);
      const ends = end - start < DAY ? `–${clock.format(end)}` : "";
      const { next_day, previous_day, your_time } = data.words;
      const from = there.slice(0, 10);
      const shift = day === from ? "" : `, ${day > from ? next_day : previous_day}`;
      const said = `${clock.format(start)}${ends}${shift} (${zone})`;
      return make("p", { class: "quiet" }, your_time.replace("{time}", () => said));
    } catch {
      return ""; // a browser that does not know zones or the language
    }
  }

  // In another language than the page's, a title is read by another voice.
  const spoken = (event, data) =>
    event.language && event.language !== data.language ? { lang: event.language, dir: "auto" } : {};

  const titled = (event, data) => make("span", spoken(event, data), event.title);

  function register(event, data, attributes) {
    if (!event.register) return "";
    const { register: word } = data.words;
    const { label, url } = event.register;
    const seen = label.startsWith(word) ? word : label;
    return link(url, attributes, seen, ears(`${label.slice(seen.length)}, ${event.date_label}`));
  }

  function article(event, data, level) {
    const off = isOff(event);
    const about = [event.series, event.organiser].filter(Boolean).join(" · ");
    const when = make("time", { datetime: event.start || event.day }, event.date_label);
    const file = !off && event.ics && link(event.ics, null, data.words.calendar_file, ears(`– ${event.title}, ${event.date_label}`));
    const name = link(event.url, null, titled(event, data), ears(`– ${event.date_label}`));
    const acts = [register(event, data, { class: "button" }), file].filter(Boolean);
    return make(
      "article", { class: off && "off" },
      make("div", { class: "leaf", "aria-hidden": "true" }, make("b", null, event.day_label), make("span", null, event.month_label)),
      make(
        "div", { class: "text" },
        make("p", { class: "kicker" },
          event.status_label && make("span", { class: "status" }, event.status_label), event.status_label && " ",
          event.kind_label),
        heading(level + 1, { class: "title" }, name),
        make("p", { class: "when" }, when, event.time_label && `, ${event.time_label}`),
        off ? "" : ownTime(event, data),
        event.summary && make("p", { class: "summary", ...spoken(event, data) }, event.summary),
        about && make("p", { class: "quiet" }, about),
        event.note && make("p", { class: "quiet" }, event.note),
        acts.length > 0 && make("p", { class: "acts" }, ...acts),
      ),
    );
  }

  function list(events, data, level, nothing) {
    if (!events.length) return make("p", { class: "empty" }, nothing);
    return make("ol", { class: "list" }, ...events.map((each) => make("li", null, article(each, data, level))));
  }

  function foot(data) {
    const { webcal, google } = data.calendar || {};
    const { all_events, calendar } = data.words;
    const feed = safe(webcal) && link(webcal, null, calendar);
    const web = safe(google) && link(google, null, "Google", ears(`– ${calendar}`));
    return make("p", { class: "foot" }, link(data.url, null, all_events), feed, web);
  }

  function dayCell(day, data) {
    const { value, today } = data.month;
    const current = day === today && "date";
    const events = data.events.filter((event) => event.day === day);
    const entry = (event) => {
      const hour = event.short_time_label || event.time_label; // answers of before have no short one
      const name = link(
        event.url, null, titled(event, data),
        ears(`– ${[event.date_label, event.time_label].filter(Boolean).join(", ")}`),
      );
      const status = event.status_label && make("span", { class: "status" }, event.status_label);
      return make("li", { class: isOff(event) && "off" }, status, hour && make("b", null, hour), name, register(event, data));
    };
    return make(
      "td", { class: day.startsWith(value) ? "" : "out" },
      make("time", { datetime: day, "aria-current": current }, String(Number(day.slice(8)))),
      events.length > 0 && make("ul", null, ...events.map(entry)),
    );
  }

  function table(data) {
    const { name, weekdays, weeks } = data.month;
    const head = weekdays.map((day) =>
      make("th", { scope: "col" }, make("span", { "aria-hidden": "true" }, day.short), ears(day.long)));
    const rows = weeks.map((week) => make("tr", null, ...week.map((day) => dayCell(day, data))));
    return make(
      "table", null, make("caption", { class: "ears" }, name),
      make("thead", null, make("tr", null, ...head)), make("tbody", null, ...rows),
    );
  }

  // The buttons and the name of the month stay when the month changes: focus is where it was.
  function month(first, level, embed) {
    const name = make("p", { "aria-live": "polite" });
    const place = make("div", null);
    const bar = make("div", { class: "bar" });
    let data = first;
    const fill = () => {
      const { words } = data;
      name.textContent = data.month.name;
      const agenda = list(data.events, data, level, words.no_events_that_month);
      if (data.events.length) agenda.classList.add("agenda");
      const more = data.month.more && make("p", { class: "quiet more" }, link(data.url, null, data.month.more));
      place.replaceChildren(table(data), agenda, more || "");
      for (const [button, key] of turns) {
        if (data.month[key]) button.removeAttribute("aria-disabled");
        else button.setAttribute("aria-disabled", "true");
      }
    };
    const turn = async (key) => {
      if (!data.month[key]) return;
      const url = new URL(embed.shown);
      url.searchParams.set("month", data.month[key]);
      const next = await embed.read(url.href);
      if (!next || !next.month) return;
      data = next;
      fill();
    };
    const turns = [["previous", "‹"], ["next", "›"]].map(([key, sign]) => {
      const button = make("button", { class: "button turn", type: "button" },
        make("span", { "aria-hidden": "true" }, sign), ears(data.words[`${key}_month`]));
      button.addEventListener("click", () => turn(key).catch(() => {}));
      return [button, key];
    });
    bar.append(turns[0][0], name, turns[1][0]);
    fill();
    return [bar, place];
  }

  function events(data, level, embed) {
    const body = data.view === "month" && data.month
      ? month(data, level, embed)
      : [list(data.view === "next" ? data.events.slice(0, 1) : data.events, data, level, data.words.nothing)];
    return [...body, foot(data)];
  }

  // Sign-up ------------------------------------------------------------------------------------

  const field = (id, label, input, optional) =>
    make("div", { class: "field" }, make("label", { for: id }, label, optional && make("span", { class: "quiet" }, ` (${optional})`)), input);

  function topics({ topics: offered, fields, labels }) {
    const one = (topic, number) => {
      const id = `topic-${number}`;
      const hint = topic.description && `${id}-hint`;
      const box = make("input", {
        type: "checkbox", id, name: fields.topics, value: topic.value, checked: topic.checked,
        required: offered.length === 1, "aria-describedby": hint,
      });
      return make("div", { class: "choice" }, box, make("label", { for: id }, topic.label),
        hint && make("p", { class: "hint", id: hint }, topic.description));
    };
    return make("fieldset", null, make("legend", null, labels.topics), make("div", { class: "choices" }, ...offered.map(one)));
  }

  // The server says what is wrong in the visitor's words; the browser only what is left empty.
  function signup(data) {
    const { fields, labels } = data;
    const action = safe(data.action);
    if (!action) throw new Error("nowhere to send it to");
    const language = (one) => make("option", { value: one.value, selected: one.value === data.language }, one.label);
    const trap = make("div", { class: "ears", "aria-hidden": "true" }, make("label", { for: "trap" }, labels.trap),
      make("input", { id: "trap", name: fields.trap, type: "text", tabindex: "-1", autocomplete: "off" }));
    const consent = make("div", { class: "choice" },
      make("input", { type: "checkbox", id: "consent", name: fields.consent, value: "yes", required: true }),
      make("label", { for: "consent" }, data.consent));
    const form = make(
      "form", { method: "post", action, target: "_top", "accept-charset": "utf-8" },
      field("address", labels.address, make("input", {
        id: "address", name: fields.address, type: "email", autocomplete: "email", maxlength: "254", required: true,
      })),
      field("name", labels.first_name, make("input", {
        id: "name", name: fields.first_name, type: "text", autocomplete: "given-name",
      }), labels.optional),
      topics(data),
      field("language", labels.language, make("select", { id: "language", name: fields.language }, ...data.languages.map(language))),
      consent, trap,
      data.partner && make("input", { type: "hidden", name: fields.partner, value: data.partner }),
      make("div", { class: "send" }, make("button", { class: "button", type: "submit" }, labels.submit),
        link(data.privacy, null, labels.privacy)),
    );
    return [data.summary && make("p", { class: "quiet" }, data.summary), form].filter(Boolean);
  }

  const alike = { topics: "topic", theme: "theme", accent: "accent", "accent-dark": "accent_dark", heading: "heading", partner: "partner" };
  define("outreach-events", {
    data: "events.json",
    page: "events",
    show: events,
    attributes: { ...alike, kinds: "kind", view: "view", count: "count", month: "month" },
  });
  define("outreach-signup", { data: "signup.json", page: "subscribe", show: signup, attributes: alike });
})();
