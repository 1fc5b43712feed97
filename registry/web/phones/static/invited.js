// Takes the link's secret out of the address, so that it stays in no history, and into the form that uses it.
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
document.getElementById(secret ? "form" : "nothing").hidden = false;
document.querySelector("input[name=link]").value = secret;
