// Confirmations: a link marked data-dialog="id" opens the native dialog; without this file it leads to
// the page that asks the same question. Popovers (details) close on Escape and on a click outside.
const STILL_PX = 6;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  for (const open of document.querySelectorAll("details[data-popover][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details[data-popover][open]")) {
    open.open = false;
    open.querySelector("summary")?.focus();
  }
});

// A form that was sent is not sent twice by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-many]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// A press that began on a button or a choice counts where the page moved under a pointer that stayed: a picture or a row that
// arrives in between would swallow it, and the browser then tells no button of a click.
let press = null;
document.addEventListener("pointerdown", (event) => {
  const button = event.button === 0 && event.target.closest("button, label, input[type=checkbox], input[type=radio]");
  press = button ? { button, x: event.clientX, y: event.clientY } : null;
}, { capture: true });
document.addEventListener("pointerup", (event) => {
  const begun = press;
  press = null;
  if (!begun?.button.isConnected || begun.button.contains(event.target)) return;
  if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < STILL_PX) begun.button.click();
}, { capture: true });

// A blocked primary button says why instead of sending (its words stand beside it).
document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
});
