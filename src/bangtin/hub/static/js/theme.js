// Light and dark without a page load; the choice itself is posted, so that the server knows it next time.
for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const root = document.documentElement;
    const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const shown = root.dataset.bsTheme ?? (prefersDark ? "dark" : "light");
    const theme = shown === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    const choice = new FormData(form);
    choice.set("theme", theme);
    fetch(form.action, { method: "POST", body: choice, redirect: "manual" }).catch(() => undefined);
  });
}
