// A deed goes to the address that the form without scripts uses; the page that answers gives its parts to this one.
export const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// `form`: an object, or the data of a form, in which a field may stand several times
export async function send(address, form) {
  const body = new URLSearchParams(form);
  body.set("csrfmiddlewaretoken", token());
  body.set("tu", location.pathname + location.search);
  let answer;
  document.body.classList.add("bt-busy");
  try {
    answer = await fetch(address, { method: "POST", body, headers: { "X-Bangtin-Part": "week" } });
  } catch {
    document.querySelector("[data-offline]")?.removeAttribute("hidden");
    return null;
  } finally {
    document.body.classList.remove("bt-busy");
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("tuan-du-lieu")) {
    location.reload(); // signed out, or a refusal that has a page of its own
    return null;
  }
  take(page);
  return page;
}

function take(page) {
  for (const part of document.querySelectorAll("[data-week-part]")) {
    const next = page.querySelector(`[data-week-part="${part.dataset.weekPart}"]`);
    if (next) part.replaceChildren(...document.importNode(next, true).childNodes);
  }
  for (const meter of document.querySelectorAll("[data-week-meter]")) {
    const next = page.querySelector(`[data-week-meter="${meter.dataset.weekMeter}"]`);
    if (next) meter.replaceChildren(...document.importNode(next, true).childNodes);
  }
  toast(page.querySelector(".bt-msgs"));
}

function toast(messages) {
  const place = document.querySelector("[data-toasts]");
  if (!messages || !place) return;
  const made = document.importNode(messages, true);
  made.classList.add("bt-toast-week");
  place.replaceChildren(made);
  setTimeout(() => made.remove(), 10_000);
}
