// Progress of a normal form post with files: data-upload on the block, the form is sent by XHR so that
// bytes can be counted; the answer replaces the page exactly as a plain post would.
const SAMPLE_MS = 500;

function words(bytes) {
  const lang = document.documentElement.lang || "vi";
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < 3) {
    bytes /= 1000;
    unit += 1;
  }
  const digits = unit < 2 ? 0 : unit === 2 ? 1 : 2;
  const number = bytes.toLocaleString(lang, { maximumFractionDigits: digits });
  return `${number}\u00a0${units[unit]}`;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

function show(block, loaded, total, started) {
  const seconds = (performance.now() - started) / 1000;
  const percent = total ? Math.floor((loaded / total) * 100) : 0;
  block.querySelector("[data-upload-bar]").value = percent;
  block.querySelector("[data-upload-percent]").textContent = `${percent}%`;
  const done = block.querySelector("[data-upload-done]");
  done.textContent = fill(done.dataset.word, { done: words(loaded), total: words(total) });
  const left = block.querySelector("[data-upload-left]");
  const rest = loaded ? (seconds / loaded) * (total - loaded) : 0;
  const time =
    rest >= 90 ? `${Math.round(rest / 60)} ${left.dataset.minutes}` : `${Math.ceil(rest)} ${left.dataset.seconds}`;
  left.textContent = seconds > 2 && rest > 1 ? `· ${fill(left.dataset.word, { time })}` : "";
}

function lost(block, form) {
  block.querySelector("[data-upload-bar]").classList.add("bt-prog-a");
  const done = block.querySelector("[data-upload-done]");
  done.textContent = done.dataset.lost;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
}

function send(form, submitter, block) {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const data = new FormData(form, submitter ?? undefined);
  const request = new XMLHttpRequest();
  const started = performance.now();
  let painted = 0;
  block.hidden = false;
  block.querySelector("[data-upload-name]").textContent = files.map((file) => file.name).join(", ");
  block.querySelector("[data-upload-bar]").classList.remove("bt-prog-a");
  request.upload.addEventListener("progress", (event) => {
    if (performance.now() - painted < SAMPLE_MS && event.loaded < event.total) return;
    painted = performance.now();
    show(block, event.loaded, event.total, started);
  });
  request.addEventListener("error", () => lost(block, form));
  request.addEventListener("load", () => {
    history.replaceState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.open("POST", form.getAttribute("action") || location.href);
  request.send(data);
}

// The browser's own file button speaks the browser's language: ours takes its place.
function dress(area) {
  const input = area.querySelector("input[type=file]");
  const pick = area.querySelector("[data-upload-pick]");
  if (!input || !pick) return;
  input.classList.add("bt-fileinput");
  pick.hidden = false;
  const chosen = pick.querySelector("[data-upload-chosen]");
  const none = chosen.textContent;
  input.addEventListener("change", () => {
    const names = [...input.files].map((file) => `${file.name} · ${words(file.size)}`);
    chosen.textContent = names.join(", ") || none;
  });
}

for (const area of document.querySelectorAll("[data-upload]")) {
  dress(area);
  const form = area.closest("form");
  const block = area.querySelector("[data-upload-state]");
  form?.addEventListener("submit", (event) => {
    const hasFile = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    if (!hasFile || event.defaultPrevented || !("submitter" in event)) return;
    event.preventDefault();
    send(form, event.submitter, block);
    for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
  });
  for (const name of ["dragover", "drop"]) {
    area.addEventListener(name, (event) => {
      const input = area.querySelector("input[type=file]");
      if (!event.dataTransfer?.types.includes("Files") || !input) return;
      event.preventDefault();
      if (name !== "drop") return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change"));
    });
  }
}
