// Goes from the code on the board to the unit's page: from here the browser sends the cookie, which it keeps back from foreign links.
const code = /^#([a-z0-9][a-z0-9-]{0,39}\.[\w-]{43}\.[\w-]{16,64})$/.exec(location.hash);
if (code) location.replace(`/technician/e/${code[1]}`);
else document.getElementById("nothing").hidden = false;
