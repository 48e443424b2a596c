// How long a segment was truly on the glass: the sum of the times between presented frames.
// A pause longer than `LONGEST_MS` between two frames is not counted: nobody knows what stood there meanwhile.

const LONGEST_MS = 1000;

export class Meter {
  constructor() {
    this.shownMs = 0;
    this.frames = 0;
    this.last = null;
  }

  // A frame was presented at `at` (performance.now() scale).
  mark(at) {
    if (this.last !== null && at > this.last && at - this.last <= LONGEST_MS) this.shownMs += at - this.last;
    if (this.last === null || at > this.last) this.last = at;
    this.frames += 1;
  }
}

// Calls `meter.mark` for each presented frame of `layer` until the function it gives is called.
// Films are counted by their own frames, so a stalled decoder counts nothing; when a film is over, its last frame
// stands like a picture. Sound counts while it advances.
export function watch(layer, meter) {
  let running = true;
  const media = layer.media;
  let position = -1;
  const advanced = () => {
    if (!media || media.ended) return true;
    if (layer.kind === "video") return false;
    const moved = media.currentTime !== position;
    position = media.currentTime;
    return moved;
  };
  const onScreenFrame = (at) => {
    if (!running) return;
    if (advanced()) meter.mark(at);
    requestAnimationFrame(onScreenFrame);
  };
  const onFilmFrame = (at) => {
    if (!running) return;
    meter.mark(at);
    media.requestVideoFrameCallback(onFilmFrame);
  };
  requestAnimationFrame(onScreenFrame);
  if (layer.kind === "video") media.requestVideoFrameCallback(onFilmFrame);
  return () => {
    running = false;
  };
}
