// Takes a suggested text into its field, once the person has said so. Without it the text is there to be copied.
for (const button of document.querySelectorAll("[data-suggest-for]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.suggestFor);
    if (!field) return;
    field.value = button.dataset.suggest;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    button.closest(".bt-note").hidden = true;
    field.focus();
  });
}
