// Keeps films and sounds in step with the clock of all screens: a little faster or slower, and a jump only when far off.

const LOOK_MS = 500;
const NEAR_S = 0.02;
const FAR_S = 0.6;
const MOST = 0.04; // nobody sees or hears four percent

export function rateFor(late) {
  if (Math.abs(late) < NEAR_S) return 1;
  return 1 + Math.max(-MOST, Math.min(MOST, late / 2));
}

// `position()` gives the seconds that the media should stand at now. Gives what ends the keeping.
export function keepPace(media, position) {
  const look = () => {
    if (media.paused || media.ended || media.seeking) return;
    const wanted = position();
    if (wanted >= media.duration - 0.1) return;
    const late = wanted - media.currentTime;
    if (Math.abs(late) > FAR_S) media.currentTime = wanted;
    else media.playbackRate = rateFor(late);
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
