// Copies the first person to every duty that has nobody yet: in most villages one or two people hold them all.
const value = (field) => document.getElementById(field);
document.getElementById("all").addEventListener("click", () => {
  const [first, ...others] = [...document.querySelectorAll("fieldset")].map((each) => each.dataset.duty);
  for (const duty of others) {
    if (value(`${duty}-name`).value) continue;
    for (const field of ["name", "phone"]) value(`${duty}-${field}`).value = value(`${first}-${field}`).value;
  }
});
