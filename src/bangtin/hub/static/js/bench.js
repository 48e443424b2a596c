// The bench: play with the space bar, a remark at the player's moment, common grounds put in, points counted.
const film = document.querySelector("[data-film] video, [data-film] audio");
const play = document.querySelector("[data-play]");
const moment = document.querySelector("[data-moment]");
const words = document.querySelector("[data-remark] textarea");
const FIELD = "input:not([type=radio], [type=checkbox]), textarea, select, button, a, summary, [contenteditable]";

const two = (number) => String(Math.floor(number)).padStart(2, "0");
const code = (seconds) => `${two(seconds / 60)}:${two(seconds % 60)},${two((seconds % 1) * 100)}`;

function toggle() {
  if (film.paused) film.play().catch(() => {});
  else film.pause();
}

if (film) {
  play?.addEventListener("click", toggle);
  const label = play?.querySelector("span");
  const still = label?.textContent;
  const paint = () => {
    if (label) label.textContent = film.paused ? still : play.dataset.pauseWords;
  };
  for (const name of ["play", "pause", "ended"]) film.addEventListener(name, paint);
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.ctrlKey || event.altKey || event.target.closest?.(FIELD)) return;
    if (event.target === film) return;
    event.preventDefault();
    toggle();
  });
  // until the officer types a moment himself, it is the player's
  let isOwn = false;
  moment?.addEventListener("input", () => (isOwn = true));
  const note = () => {
    if (moment && !isOwn) moment.value = code(film.currentTime);
  };
  for (const name of ["timeupdate", "seeked"]) film.addEventListener(name, note);
  words?.addEventListener("focus", () => {
    film.pause();
    note();
  });
}

const grounds = document.querySelector("#quyet-dinh textarea[name=grounds]");
for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const before = grounds.value.trimEnd();
    grounds.value = before ? `${before}\n${button.dataset.insert}` : button.dataset.insert;
    const outcome = document.querySelector(`#quyet-dinh input[name=outcome][value="${button.dataset.outcome}"]`);
    if (outcome && !document.querySelector("#quyet-dinh input[name=outcome]:checked")) outcome.checked = true;
    grounds.focus();
  });
}

const points = document.querySelector("[data-points]");
const done = document.querySelector("[data-points-done]");
if (points && done) {
  const count = () => (done.textContent = String(points.querySelectorAll("input[type=radio]:checked").length));
  points.addEventListener("change", count);
  count();
}
