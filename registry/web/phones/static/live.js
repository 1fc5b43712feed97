// Looks for news and puts it in place, while the page is seen; it stops when the page says that nothing more will come.
const part = () => document.getElementById("live");
const look = async () => {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      // Another step is next: the whole page is another.
      if (!fresh || fresh.dataset.page !== part().dataset.page) { location.reload(); return; }
      part().replaceWith(fresh);
    } catch { /* No link just now: it looks again. */ }
  }
  if (part().dataset.wakes) setTimeout(look, part().dataset.wakes * 1000);
};
setTimeout(look, part().dataset.wakes * 1000);
