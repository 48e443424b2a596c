// One page of an emergency notice as elements: band, words, foot. The level stands in words and bars as well as in its
// colour (Decision 18/2021).

import { box, icon, line } from "./pieces.js";

const WARNING = "M12 9v4M12 16v.01M10.4 3.6 2.6 16.9a1.9 1.9 0 0 0 1.6 2.9h15.6a1.9 1.9 0 0 0 1.6-2.9L13.6 3.6a1.9 1.9 0 0 0-3.2 0z";
const ZONE_MS = 7 * 3600 * 1000; // UTC+7 all year; the machine's own zone may be anything
const LEVELS = [1, 2, 3, 4, 5];

// The player's own words; `drill` never comes from the notice's text.
export const DRILL = "DIỄN TẬP";
const WORDS = {
  vi: {
    level: (level) => `RỦI RO THIÊN TAI CẤP ${level}`,
    plain: "CẢNH BÁO KHẨN CẤP",
    warning: "CẢNH BÁO",
    drill: "không phải cảnh báo thật",
    issued: (at, until) => `Phát lúc ${at}, đến ${until}`,
    short: (at, until) => `Phát ${at} – ${until}`,
  },
  en: {
    level: (level) => `DISASTER RISK LEVEL ${level}`,
    plain: "EMERGENCY WARNING",
    warning: "WARNING",
    drill: "exercise, not a real warning",
    issued: (at, until) => `Issued ${at}, until ${until}`,
    short: (at, until) => `${at} – ${until}`,
  },
  zh: {
    level: (level) => `灾害风险 ${level}级`,
    plain: "紧急警报",
    warning: "警报",
    drill: "演习，非真实警报",
    issued: (at, until) => `${at} 发布，至 ${until}`,
    short: (at, until) => `${at} – ${until}`,
  },
};
const wordsOf = (language) => WORDS[language] || WORDS.vi;
const tagOf = (language) => (language === "zh" ? "zh-Hans" : language);

const two = (number) => String(number).padStart(2, "0");

function hourOf(text, besides) {
  const local = new Date(Date.parse(text) + ZONE_MS);
  const hour = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  const day = `${two(local.getUTCDate())}/${two(local.getUTCMonth() + 1)}`;
  return day === besides ? { hour, day, text: hour } : { hour, day, text: `${hour} ${day}` };
}

function bars(level) {
  const made = box("bt-alert-bars");
  for (const step of LEVELS) made.append(box(step <= level ? "bt-alert-bar bt-alert-full" : "bt-alert-bar"));
  return made;
}

function band(alert, language, isWide) {
  const words = wordsOf(language);
  const level = alert.level ? words.level(alert.level) : words.plain;
  const said = line("level", alert.level && isWide ? `${words.warning} · ${level}` : level, tagOf(language));
  return box("bt-alert-band", icon(WARNING), said, ...(alert.level ? [bars(alert.level)] : []));
}

export function foot(alert, language, isShort) {
  const words = wordsOf(language);
  const at = hourOf(alert.at);
  const until = hourOf(alert.ends, at.day);
  const said = (isShort ? words.short : words.issued)(at.text, until.text);
  return box("bt-alert-foot", line("issued", said, tagOf(language)), line("issuer", isShort ? "" : alert.issuer_name));
}

function column(alert, part) {
  const title = part.headline.toLocaleUpperCase(part.language === "vi" ? "vi" : undefined);
  const hazard = alert.hazard || "";
  const isSaid = part.language !== "vi" || part.headline.toLowerCase().includes(hazard.toLowerCase());
  const made = box(
    "bt-alert-words",
    line("hazard", isSaid || part.isMore ? "" : hazard),
    line("title", title),
    line("description", part.description),
    line("instruction", part.instruction),
  );
  made.lang = tagOf(part.language);
  return made;
}

export function sheet(alert, parts, face, isShort) {
  const language = parts[0].language;
  const isWide = face.width / face.height > 2.5;
  const pieces = [band(alert, language, isWide)];
  if (alert.drill) pieces.push(box("bt-alert-drill", line("drill", DRILL), line("drill-more", wordsOf(language).drill)));
  pieces.push(box("bt-alert-body", ...parts.map((part) => column(alert, part))), foot(alert, language, isShort));
  const made = box(`bt-notice bt-alert bt-alert-${alert.level ?? "none"}`, ...pieces);
  made.lang = tagOf(language);
  made.classList.toggle("bt-alert-drilling", Boolean(alert.drill));
  made.classList.toggle("bt-alert-tall", !isWide);
  made.classList.toggle("bt-alert-portrait", face.height > face.width);
  return made;
}
