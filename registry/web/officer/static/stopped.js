// Who still carries what was stopped: it fills in while units report.
import { fresh, listen } from "./page.js";

const MINDS = 5_000;
const look = async () => { document.getElementById("live").replaceWith((await fresh()).getElementById("live")); };
listen(look);
// Reports are no decision of anybody, of which the registry tells: they are looked for.
setInterval(() => { if (document.visibilityState === "visible") look().catch(() => { /* No network just now. */ }); }, MINDS);
