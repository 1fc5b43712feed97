// What horns will play is to be heard here; who uses it needs the other takes of its sitting no longer.
import "./page.js";
import { settle } from "./takes.js";

const use = document.getElementById("use"), { channel } = document.getElementById("recorded").dataset;

use.addEventListener("click", async (event) => {
  event.preventDefault();
  await settle(channel).catch(() => undefined);
  location.assign(use.href);
});
