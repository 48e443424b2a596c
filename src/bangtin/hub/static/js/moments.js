// Moments of a film: every [data-seek] brings its player there; the ribbon's line follows the film.
const film = document.querySelector("[data-film] video, [data-film] audio");
const ribbon = document.querySelector("[data-ribbon]");
const head = document.querySelector("[data-playhead]");
const LENGTH_MS = Number(ribbon?.dataset.ribbon) || 0;
const WIDTH = 1000;

function goTo(player, ms) {
  player.pause();
  const seek = () => (player.currentTime = ms / 1000);
  if (player.readyState > 0) return seek();
  player.addEventListener("loadedmetadata", seek, { once: true });
  player.preload = "metadata";
  player.load();
}

// remarks on the version before bring both players of the comparison there
function playersOf(link) {
  const near = [...(link.closest("section")?.querySelectorAll("video, audio") ?? [])];
  return near.length ? near : [film];
}

function follow() {
  if (!head || !LENGTH_MS) return;
  const x = String(Math.min((film.currentTime * 1000 * WIDTH) / LENGTH_MS, WIDTH));
  head.setAttribute("x1", x);
  head.setAttribute("x2", x);
}

if (film) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-seek]");
    if (!link) return;
    event.preventDefault();
    const players = playersOf(link);
    for (const player of players) goTo(player, Number(link.dataset.seek));
    const place = players[0].getBoundingClientRect();
    if (place.top < 0 || place.bottom > window.innerHeight) players[0].scrollIntoView({ block: "center" });
  });
  ribbon?.addEventListener("click", (event) => {
    if (event.target.closest("[data-seek]") || !LENGTH_MS) return;
    const box = ribbon.getBoundingClientRect();
    goTo(film, ((event.clientX - box.left) / box.width) * LENGTH_MS);
  });
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) film.addEventListener(name, follow);
}
