// Makes a photograph small before it is sent: a village's link carries 200 KB, not 5 MB. The registry takes out what the phone wrote into it.
const SIDE = 1600, QUALITY = 0.8;
const input = document.getElementById("camera"), says = document.getElementById("sending"), wrong = document.getElementById("wrong");

async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", QUALITY));
  } catch {
    return file; // This browser cannot read it; perhaps the registry can.
  }
}

input.addEventListener("change", async () => {
  if (!input.files.length) return;
  says.hidden = false;
  wrong.hidden = true;
  try {
    const answer = await fetch(input.dataset.to, { method: "POST", body: await smaller(input.files[0]), headers: { "X-Form-Token": input.dataset.token } });
    if (answer.ok) { location.replace(input.dataset.then); return; }
    const told = (await answer.json()).refused[0];
    wrong.textContent = `${told.what} → ${told.do}`;
  } catch {
    wrong.textContent = wrong.dataset.lost;
  }
  says.hidden = true;
  wrong.hidden = false;
  input.value = "";
});
