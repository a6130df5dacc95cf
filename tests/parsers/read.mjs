// Reads calendars with ical.js and node-ical, and says what they understood.
// In: {zones: [{text, walls}], calendars: [text]}. Out: {zones: [[unix]], calendars: [{…}]}.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const asked = JSON.parse(readFileSync(0, "utf8"));

function zoneIn(calendar) {
  return new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone"));
}

function instants({ text, walls }) {
  const zone = zoneIn(new ICAL.Component(ICAL.parse(text)));
  return walls.map((wall) => {
    const time = ICAL.Time.fromDateTimeString(wall);
    time.zone = zone;
    return time.toUnixTime();
  });
}

function starts(component, most) {
  const event = new ICAL.Event(component);
  if (!event.isRecurring()) return [event.startDate.toUnixTime()];
  const iterator = event.iterator();
  const found = [];
  for (let next = iterator.next(); next && found.length < most; next = iterator.next()) {
    found.push(next.toUnixTime());
  }
  return found;
}

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => ({
    uid: component.getFirstPropertyValue("uid"),
    summary: component.getFirstPropertyValue("summary"),
    description: component.getFirstPropertyValue("description"),
    status: component.getFirstPropertyValue("status"),
    sequence: component.getFirstPropertyValue("sequence"),
    organizer: component.getFirstPropertyValue("organizer"),
    recurrenceId: component.getFirstPropertyValue("recurrence-id")?.toUnixTime() ?? null,
    attendees: component.getAllProperties("attendee").map((each) => each.getFirstValue()),
    starts: starts(component, 30),
  }));
}

function byNodeIcal(text) {
  const found = Object.values(nodeIcal.sync.parseICS(text));
  return found.filter((each) => each.type === "VEVENT").map((each) => ({
    uid: each.uid,
    summary: each.summary?.val ?? each.summary,
    description: each.description?.val ?? each.description,
    start: each.start.getTime() / 1000,
    end: each.end.getTime() / 1000,
    method: each.method ?? null,
    status: each.status ?? null,
  }));
}

console.log(JSON.stringify({
  zones: (asked.zones ?? []).map(instants),
  calendars: (asked.calendars ?? []).map((text) => ({
    icalJs: byIcalJs(text),
    nodeIcal: byNodeIcal(text),
  })),
}));
