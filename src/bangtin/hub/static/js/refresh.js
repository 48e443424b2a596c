// Live pages never move what is being read: data-news="/address" is asked now and then; it answers
// JSON {"version": "…", "text": "3 mới"} and a strip offers to load the page again (ui 12).
const PERIOD_MS = 15000;

async function ask(element) {
  const answer = await fetch(element.dataset.news, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const news = await answer.json();
  if (!element.dataset.version) element.dataset.version = news.version;
  if (element.dataset.version === news.version) return;
  element.hidden = false;
  const words = element.querySelector("[data-news-text]");
  if (words && news.text) words.textContent = news.text;
}

for (const element of document.querySelectorAll("[data-news]")) {
  setInterval(() => {
    if (!document.hidden && navigator.onLine) ask(element).catch(() => undefined);
  }, Number(element.dataset.period ?? PERIOD_MS));
}

// Toasts with an undo stay ten seconds; pointing at one keeps it.
for (const toast of document.querySelectorAll("[data-toast]")) {
  let timer = setTimeout(() => toast.remove(), 10000);
  toast.addEventListener("mouseenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("mouseleave", () => (timer = setTimeout(() => toast.remove(), 4000)));
}
