// Puts in what is new when the registry says that there is something; without it the page loads itself anew.
const root = document.getElementById("reach");
const page = root.dataset.page;
const now = document.getElementById("now");
const live = document.getElementById("live");
let busy = false;
let again = false;

async function text(path) {
  const answer = await fetch(path, { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

async function fill(details) {
  const rows = details.querySelector(".rows");
  rows.innerHTML = await text(`${page}/${details.dataset.commune}?part=1`);
}

async function open(details) {
  try {
    await fill(details);
  } catch {
    // The link that stands there leads to the same as a page.
  }
}

function listen() {
  for (const details of now.querySelectorAll("details[data-commune]")) {
    details.addEventListener("toggle", () => { if (details.open && details.querySelector(".opens")) open(details); });
  }
}

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const opened = [...now.querySelectorAll("details[open]")].map((details) => details.dataset.open);
    const fresh = document.createElement("div");
    fresh.innerHTML = await text(`${page}/now`);
    for (const code of opened) {
      const details = fresh.querySelector(`details[data-open="${CSS.escape(code)}"]`);
      if (!details) continue;
      if (details.querySelector(".opens")) await fill(details);
      details.open = true;
    }
    // Whoever is reading keeps the line that they read.
    const top = window.scrollY;
    now.replaceChildren(...fresh.childNodes);
    window.scrollTo(0, top);
    listen();
  } catch {
    live.classList.add("off");
  } finally {
    busy = false;
    if (again) { again = false; refresh(); }
  }
}

const stream = new EventSource(`${page}/live`);
stream.onopen = () => { live.hidden = false; live.classList.remove("off"); };
stream.onerror = () => live.classList.add("off");
stream.onmessage = refresh;
listen();
