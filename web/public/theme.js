// Runs before the first paint, so that the theme does not flash. In a separate file, because the
// content security policy allows no inline script.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("leadq.theme");
  } catch {
    // Without storage the system's theme applies.
  }
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  const chosen = theme === "dark" || theme === "light";
  document.documentElement.dataset.theme = chosen ? theme : light ? "light" : "dark";
})();
