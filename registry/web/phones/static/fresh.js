// Keeps a page that somebody only looks at new: what changed is put in place, unless they are in the middle of something there.
const main = document.querySelector("main[data-every]"), every = Number(main?.dataset.every ?? 0);

const busy = () => document.visibilityState !== "visible" || main.contains(document.activeElement) || main.querySelector("dialog[open]");

async function look() {
  if (!busy()) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = page.querySelector("main[data-every]");
      // Signed out meanwhile, or another page by now.
      if (!fresh) { location.reload(); return; }
      const opened = [...main.querySelectorAll("details")].map((each) => each.open);
      if (fresh.innerHTML !== main.innerHTML && !busy()) {
        main.replaceChildren(...fresh.childNodes);
        [...main.querySelectorAll("details")].forEach((each, at) => { if (opened[at] !== undefined) each.open = opened[at]; });
      }
      for (const part of ["header time", "nav a[href='/alarms']"]) document.querySelector(part)?.replaceWith(page.querySelector(part) ?? "");
    } catch { /* No network just now: it looks again. */ }
  }
  setTimeout(look, every * 1000);
}

if (every) setTimeout(look, every * 1000);
