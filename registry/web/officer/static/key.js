// Makes this phone's key, proves to the registry that it can sign with it, and shows the figures to compare.
import { figures, make, sign, utf8 } from "./keys.js";
const page = document.getElementById("key"), show = (id) => { document.getElementById(id).hidden = false; };

const begin = async () => {
  let key;
  try { key = await make(); } catch { document.getElementById("making").hidden = true; show("unable"); return; }
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
