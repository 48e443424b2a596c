// The strip "line is down", and drafts: fields of a form marked data-draft="key" are kept in the browser
// until the form is sent, so that nothing typed is lost with the line.
const strip = document.querySelector("[data-offline]");
const paint = () => strip && (strip.hidden = navigator.onLine);
addEventListener("online", paint);
addEventListener("offline", paint);
paint();

const KEPT = "input:not([type=file]):not([type=password]):not([type=hidden]), textarea, select";

function load(form) {
  try {
    return JSON.parse(localStorage.getItem(`bt-draft-${form.dataset.draft}`) ?? "{}");
  } catch {
    return {};
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const draft = load(form);
  for (const field of form.querySelectorAll(KEPT)) {
    const isBox = field.type === "checkbox" || field.type === "radio";
    if (!isBox && field.name in draft && !field.value) field.value = draft[field.name];
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of form.querySelectorAll(KEPT)) if (field.name && field.value) values[field.name] = field.value;
    try {
      localStorage.setItem(`bt-draft-${form.dataset.draft}`, JSON.stringify(values));
    } catch {
      return;
    }
  });
  form.addEventListener("submit", () => localStorage.removeItem(`bt-draft-${form.dataset.draft}`));
}
