// Frame by frame on the bench: the renditions run at a known rate, so a step is one frame of it.
const bar = document.querySelector("[data-frames]");
const film = bar?.closest(".bt-bench")?.querySelector("video");
const FRAME_S = 1 / (Number(bar?.dataset.frames) || 25);

if (film) {
  const time = bar.querySelector("[data-frame-time]");
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const paint = () => {
    const now = film.currentTime;
    time.textContent = `${two(now / 60)}:${two(now % 60)},${two((now % 1) * 100)}`;
  };
  for (const button of bar.querySelectorAll("[data-frame]")) {
    button.addEventListener("click", () => {
      film.pause();
      if (film.readyState === 0) film.load();
      const end = Number.isFinite(film.duration) ? film.duration : Infinity;
      film.currentTime = Math.min(Math.max(film.currentTime + Number(button.dataset.frame) * FRAME_S, 0), end);
    });
  }
  for (const name of ["timeupdate", "seeked"]) film.addEventListener(name, paint);
  film.preload = "metadata";
  bar.hidden = false;
  paint();
}
