// Reads the code on the board with the phone's camera, where the browser can; a typed or pasted code goes the same way.
const CODE = /([a-z0-9][a-z0-9-]{0,39}\.[\w-]{43}\.[\w-]{16,64})\s*$/;
const go = (text) => { const found = CODE.exec(text.trim()); if (found) location.assign(`/technician/e/${found[1]}`); return Boolean(found); };

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  document.getElementById("wrong").hidden = go(document.getElementById("text").value);
});

async function watch() {
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  const video = document.querySelector("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  await video.play();
  document.getElementById("camera").hidden = false;
  const look = async () => {
    const found = await reader.detect(video).catch(() => []);
    if (found.some((each) => go(each.rawValue))) { video.srcObject.getTracks().forEach((track) => track.stop()); return; }
    setTimeout(look, 200);
  };
  look();
}

if ("BarcodeDetector" in window) watch().catch(() => { document.getElementById("blind").hidden = false; });
else document.getElementById("blind").hidden = false;
