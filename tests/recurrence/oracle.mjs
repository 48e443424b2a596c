// Answers each line [rule, first, last] with a line of the days on which rrule-temporal says that the rule recurs.
import { createInterface } from "node:readline";
import { t as RRuleTemporal } from "./rrule-temporal.min.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const [rule, first, last] = JSON.parse(line);
  const text = `DTSTART;TZID=UTC:${first.replaceAll("-", "")}T000000\nRRULE:${rule}`;
  const found = new RRuleTemporal({ rruleString: text }).between(new Date(`${first}T00:00Z`), new Date(`${last}T00:00Z`), true);
  process.stdout.write(`${JSON.stringify(found.map((day) => day.toString().slice(0, 10)))}\n`);
}
