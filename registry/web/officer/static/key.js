// Makes this phone's key, or takes the one that it has of this officer, proves to the registry that it can sign with it, and shows the figures to compare.
import { figures, kept, make, sign, utf8 } from "./keys.js";
const page = document.getElementById("key"), show = (id) => { document.getElementById(id).hidden = false; };

/** The key that has a seat already, when this browser kept it; a phone that was somebody else's makes its own. */
const usable = async () => {
  const before = await kept();
  return before && before.public === page.dataset.before ? before : make();
};

const begin = async () => {
  let key;
  try { key = await usable(); } catch { document.getElementById("making").hidden = true; show("unable"); return; }
  try {
    const proof = await sign(key, utf8(`bangtin officer key 1 ${page.dataset.token} ${key.public}`));
    const body = JSON.stringify({ format: 1, public: key.public, proof });
    const answer = await fetch("/officer/key", { method: "POST", body, headers: { "X-Form-Token": page.dataset.token } });
    if (!answer.ok) throw new Error();
    document.getElementById("figures").textContent = await figures(key.public);
    document.getElementById("making").hidden = true;
    show("made");
  } catch { document.getElementById("making").hidden = true; show("lost"); }
};
begin();
