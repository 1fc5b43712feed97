// Asks the phone where it is, so that the list begins with the nearest village.
const button = document.getElementById("near");
const go = () => {
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => location.replace(`?step=place&lat=${coords.latitude.toFixed(4)}&lon=${coords.longitude.toFixed(4)}`),
    () => { button.disabled = false; document.getElementById("lost").hidden = false; },
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
};
if (navigator.geolocation && button) {
  button.hidden = false;
  button.addEventListener("click", go);
  // Asked once and allowed: no need for another tap.
  navigator.permissions?.query({ name: "geolocation" }).then((may) => { if (may.state === "granted") go(); }, () => {});
}
