// What makes the page more comfortable; every form works without it.
"use strict";

const left = document.querySelector("[data-left]");
if (left) {
  const end = performance.now() + Number(left.dataset.left) * 1000;
  const show = () => {
    const rest = Math.max(0, Math.round((end - performance.now()) / 1000));
    left.textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
    left.classList.toggle("soon", rest < 120);
  };
  show();
  setInterval(show, 1000);
}

// Nobody loses half an answer to a line of news.
const editing = () => [...document.querySelectorAll(".ask input:not([type=hidden])")].some((each) => each.value !== each.defaultValue);

async function news(version) {
  try {
    const answer = await fetch("/task/news?version=" + version);
    if (document.body.classList.contains("gone") || !answer.ok) { location.reload(); return; }
    const found = await answer.json();
    if (String(found.version) !== version) {
      if (!editing()) { location.reload(); return; }
      version = String(found.version);
    }
    news(version);
  } catch (gone) {
    document.body.classList.add("gone");
    setTimeout(() => news(version), 2000);
  }
}
const follow = document.querySelector("[data-follow]");
if (follow) news(follow.dataset.version);

const back = document.querySelector("[data-back]");
if (back) back.addEventListener("click", (event) => { event.preventDefault(); history.back(); });

const secret = document.querySelector("[data-reveal]");
if (secret) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal";
  button.textContent = "Hiện mật khẩu · show";
  button.addEventListener("click", () => { secret.type = secret.type === "password" ? "text" : "password"; });
  secret.after(button);
}

const photo = document.querySelector("[data-photo]");
if (photo) {
  photo.addEventListener("change", () => {
    const picture = document.querySelector(".preview");
    picture.hidden = !photo.files.length;
    if (photo.files.length) picture.src = URL.createObjectURL(photo.files[0]);
  });
}
