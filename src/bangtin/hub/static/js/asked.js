// Fields that only some kinds of content ask for: shown while one of those kinds is chosen. Without this they all show.
const form = document.querySelector("form[id=gui]");
const asked = form ? [...form.querySelectorAll("[data-asked-by]")] : [];

function chosen() {
  const more = [...form.querySelectorAll("input[name=more_categories]:checked")].map((one) => one.value);
  const main = form.querySelector("select[name=category]");
  return new Set([...(main ? [main.value] : []), ...more]);
}

function show() {
  const kinds = chosen();
  for (const one of asked) {
    // a field with an error or typed words never hides
    const is_filled = one.querySelector(".bt-err, input:checked") || [...one.querySelectorAll("input[type=text]")].some((field) => field.value);
    one.hidden = !is_filled && !one.dataset.askedBy.split(" ").some((kind) => kinds.has(kind));
  }
}

if (asked.length) {
  form.addEventListener("change", show);
  show();
}
