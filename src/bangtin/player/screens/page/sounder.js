// What is heard of the emergency notices on air: a lead-in, then each announcement in turn, again every so often.
// A missing file or voice costs a part of the sound, never the picture.

const LEAD_S = 2.4;
const GAP_MS = 600;
const WAKE_MS = 500; // a machine without a sound device never wakes: the announcement goes on without its lead-in
const PICTURE_MS = 50; // the picture goes first
const LONGEST_MS = 300000;

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

// Two notes that alternate slowly; "none" is silent, every other name sounds like this one.
function leadIn(context, volume) {
  const start = context.currentTime + 0.02;
  const gain = context.createGain();
  gain.connect(context.destination);
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.5 * volume, start + 0.05);
  gain.gain.setValueAtTime(0.5 * volume, start + LEAD_S - 0.1);
  gain.gain.linearRampToValueAtTime(0, start + LEAD_S);
  const tone = context.createOscillator();
  tone.type = "triangle";
  for (let step = 0; step < 4; step += 1) tone.frequency.setValueAtTime(step % 2 ? 660 : 880, start + step * 0.6);
  tone.connect(gain);
  tone.start(start);
  tone.stop(start + LEAD_S);
}

export class Sounder {
  // `heard` is called with the name of each thing that has begun to sound.
  constructor(heard) {
    this.heard = heard;
    this.alerts = [];
    this.key = "";
    this.running = null;
    this.context = null;
  }

  // Making it halts the page for a tenth of a second: done before there is a notice, and it sleeps until then.
  warm() {
    this.context ??= new AudioContext();
    this.context.suspend().catch(() => {});
  }

  // The list in force; another one begins at once, the same one with more files goes on and plays them next time.
  set(alerts) {
    this.alerts = alerts;
    const key = alerts.map((one) => one.id).join(" ");
    if (key === this.key) return;
    this.key = key;
    this.running?.abort();
    this.running = null;
    if (!key) return;
    this.running = new AbortController();
    this.run(this.running.signal).catch(() => {});
  }

  async run(signal) {
    await pause(PICTURE_MS, signal);
    while (!signal.aborted) {
      const began = performance.now();
      for (const { id } of [...this.alerts]) {
        if (signal.aborted) return;
        await this.announce(id, signal);
      }
      const repeats = this.alerts.map((one) => one.repeat_s).filter((seconds) => seconds > 0);
      if (!repeats.length) return;
      await pause(Math.max(GAP_MS, Math.min(...repeats) * 1000 - (performance.now() - began)), signal);
    }
  }

  async announce(id, signal) {
    const now = () => this.alerts.find((one) => one.id === id);
    const volume = (now()?.volume ?? 100) / 100;
    if (now()?.tone !== "none") {
      this.context ??= new AudioContext();
      await Promise.race([this.context.resume(), pause(WAKE_MS, signal)]);
      if (signal.aborted) return;
      if (this.context.state === "running") leadIn(this.context, volume);
      this.heard("tone");
      await pause(LEAD_S * 1000, signal);
    }
    // asked only now: what was being made while the lead-in sounded is there
    for (const file of now()?.files ?? []) {
      if (signal.aborted) return;
      await this.play(file, volume, signal);
      await pause(GAP_MS, signal);
    }
  }

  async play(file, volume, signal) {
    const audio = new Audio(file);
    audio.volume = volume;
    const over = new Promise((resolve) => {
      for (const name of ["ended", "error"]) audio.addEventListener(name, resolve, { once: true });
      signal.addEventListener("abort", resolve, { once: true });
    });
    try {
      await audio.play();
      this.heard(file);
      await Promise.race([over, pause(LONGEST_MS, signal)]);
    } catch {
      // no sound device, or the file is gone: the picture stands
    }
    audio.pause();
    audio.removeAttribute("src");
  }
}
