// One button records; every take stays on this phone until one is sent. What goes wrong is one sentence, and costs no take.
import { capture, LEVELS, levels, Meter, RATE } from "./capture.js";
import { Lost, post, say, Told, unsay } from "./page.js";
import { add, all, keep, remove, samplesOf, sitting } from "./takes.js";
import { Trim } from "./trim.js";
import { clock, suggestion, wav } from "./wave.js";

const page = document.getElementById("record"), { channel } = page.dataset, most = Number(page.dataset.most);
const part = (name) => page.querySelector(`[data-part=${name}]`);
const button = part("button"), time = part("time"), level = part("level"), bar = part("bar"), cut = part("cut"), list = part("takes");
const AGAIN = 10_000, WARNS = 30, FALLS = 4;

let recording, chosen, player, sending = false, height = 0;
const trim = new Trim(cut, () => { const { from, to } = trim; stopPlaying(); if (chosen) keep(Object.assign(chosen, { from, to })); });

// recording

const refusal = (problem) => problem.name === "NotAllowedError" || problem.name === "SecurityError"
  ? { what: "Trình duyệt chưa cho dùng micrô. / The browser does not allow the microphone.", do: "mở cài đặt của trang (biểu tượng cạnh địa chỉ), cho phép Micrô, bấm lại / allow it beside the address, press again" }
  : { what: "Không mở được micrô. / The microphone cannot be opened.", do: "đóng ứng dụng khác đang dùng micrô, bấm lại / close what else uses it, press again" };

/** The screen stays on: a phone that locks takes the microphone away. */
async function awake() {
  if (recording && document.visibilityState === "visible") recording.lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
}
document.addEventListener("visibilitychange", awake);

async function begin() {
  unsay();
  stopPlaying();
  button.disabled = true;
  const take = { id: crypto.randomUUID(), sitting: sitting(), channel, began: Date.now(), samples: 0, levels: [], from: 0, to: 0 };
  const now = { take, meter: new Meter(), second: new Int16Array(RATE), filled: 0, number: 0, writes: Promise.resolve() };
  try { now.stop = await capture((samples) => hear(now, samples), () => end("Điện thoại đã lấy lại micrô; phần đã nói vẫn còn. / The phone took the microphone; what was said is kept.")); } catch (problem) { say(new Told([refusal(problem)])); button.disabled = false; return; }
  recording = now;
  button.disabled = false;
  page.dataset.state = "recording";
  tell();
  awake();
}

function hear(now, samples) {
  const { take, meter } = now;
  show(meter.hear(samples));
  take.levels.push(...levels(samples));
  for (const sample of samples) {
    now.second[now.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    now.filled += 1;
    if (now.filled === RATE) write(now);
  }
  const seconds = (take.samples + now.filled) / RATE;
  time.textContent = `${clock(seconds, 0)} / ${clock(most, 0)}`;
  time.classList.toggle("soon", seconds > most - WARNS);
  if (seconds >= most) end(`Đã đủ ${clock(most, 0)}, là dài nhất được phép; phần đã nói vẫn còn. / That is as long as it may be; what was said is kept.`);
}

/** One more second lies in the phone's store, whatever happens next. */
function write(now) {
  const { take, number } = now, samples = now.second.slice(0, now.filled);
  Object.assign(now, { filled: 0, number: number + 1 });
  take.samples += samples.length;
  take.to = take.samples;
  const kept = { ...take, levels: [...take.levels] };
  now.writes = now.writes.then(() => add(kept, number, samples)).catch(() => { now.full = true; });
}

function show({ level: decibels, word }) {
  // It rises at once and falls slowly, as eyes can follow.
  height = Math.max(2, height - FALLS, Math.min(100, (decibels + 60) / 60 * 100));
  bar.style.width = `${height}%`;
  if (level.dataset.word === word) return;
  const { mark, words, english } = LEVELS[word];
  level.dataset.word = word;
  level.querySelector("b").textContent = `${mark} ${words}`;
  level.querySelector("i").textContent = english;
}

async function end(why) {
  const now = recording;
  if (!now) return;
  recording = undefined;
  button.disabled = true;
  await now.stop();
  write(now);
  await now.writes;
  now.lock?.release();
  button.disabled = false;
  page.dataset.state = "idle";
  level.dataset.word = "";
  if (why) say(new Error(why));
  if (now.full) say(new Error("Bộ nhớ điện thoại đã đầy: đoạn cuối có thể thiếu. Xóa bớt lần ghi cũ rồi ghi lại. / The phone's memory is full: the end may be missing."));
  await keep(Object.assign(now.take, suggestion(now.take.levels, now.take.samples)));
  await choose(now.take);
  if (!why && !now.full) cut.scrollIntoView({ block: "nearest" });
}

const tell = () => {
  const on = page.dataset.state === "recording";
  button.querySelector("b").textContent = on ? "■ DỪNG" : "● GHI ÂM";
  button.querySelector("i").textContent = on ? "stop" : "record";
  time.textContent = on ? `0:00 / ${clock(most, 0)}` : `tối đa ${clock(most, 0)} · at most`;
};

// choosing, hearing, trimming

async function choose(take) {
  chosen = take;
  cut.hidden = !take;
  if (take) trim.show(await samplesOf(take), take.from, take.to);
  tell();
  await listed();
}

function stopPlaying() {
  player?.pause();
  player = undefined;
  part("play").textContent = "▶ Nghe đoạn này";
}

function play() {
  if (player) { stopPlaying(); return; }
  const url = URL.createObjectURL(wav(trim.samples, trim.from, trim.to));
  player = new Audio(url);
  player.onended = stopPlaying;
  player.onpause = () => URL.revokeObjectURL(url);
  part("play").textContent = "■ Dừng nghe";
  player.play().catch(stopPlaying);
}

async function listed() {
  const takes = await all(channel);
  list.replaceChildren(...takes.map((take, at) => {
    const row = document.getElementById("take").content.firstElementChild.cloneNode(true), [open, gone] = row.querySelectorAll("button");
    const told = take.sending ? "chờ mạng, tự gửi khi có mạng" : "còn trong điện thoại này, chưa gửi";
    open.querySelector("b").textContent = `Lần ${takes.length - at} · ${clock((take.to - take.from) / RATE, 0)}`;
    open.querySelector("small").textContent = `${new Date(take.began).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" })} · ${told}`;
    open.setAttribute("aria-pressed", String(take.id === chosen?.id));
    open.addEventListener("click", () => { if (!recording) { stopPlaying(); choose(take); } });
    gone.addEventListener("click", async () => {
      if (gone.dataset.sure !== "yes") { gone.dataset.sure = "yes"; gone.textContent = "Xóa hẳn?"; return; }
      await remove(take);
      await choose(take.id === chosen?.id ? undefined : chosen);
    });
    return row;
  }));
  page.querySelector("[data-part=kept]").hidden = !takes.length;
}

// sending

const told = () => ({ channel, speaker: part("speaker").value.normalize("NFC").trim(), language: page.querySelector("[name=language]:checked")?.value ?? "" });

async function send(take) {
  if (sending) return;
  sending = true;
  part("send").disabled = true;
  try {
    const body = wav(await samplesOf(take), take.from, take.to);
    const { location: kept } = await post(`/officer/recordings?${new URLSearchParams(take.sending)}`, body);
    await remove(take);
    // Whoever is speaking just now is not taken away from it.
    if (!recording) location.assign(kept);
  } catch (problem) {
    if (!(problem instanceof Lost)) { delete take.sending; await keep(take); }
    say(problem instanceof Lost ? new Told([{ what: "Không có mạng: bản ghi còn trong điện thoại này, tự gửi khi có mạng. / No network: the take stays on this phone and is sent by itself later.", do: "cứ để trang này mở, hoặc mở lại sau / leave this page open, or open it again later" }]) : problem);
  } finally {
    sending = false;
    part("send").disabled = false;
    await listed();
  }
}

async function resume() {
  const waiting = recording ? undefined : (await all(channel)).find((take) => take.sending);
  if (waiting && navigator.onLine) await send(waiting);
}

// Until now nobody would have heard a press.
button.addEventListener("click", () => (recording ? end() : begin()));
button.disabled = false;
part("play").addEventListener("click", play);
part("again").addEventListener("click", () => { button.scrollIntoView({ block: "center" }); begin(); });
part("send").addEventListener("click", async () => {
  unsay();
  stopPlaying();
  const wanted = told();
  if (!wanted.speaker) { say(new Told([{ what: "Chưa ghi tên người nói. / Nobody is named as the speaker.", do: "điền tên người nói / name who speaks" }])); return; }
  await keep(Object.assign(chosen, { sending: wanted }));
  await send(chosen);
});
window.addEventListener("online", resume);
setInterval(resume, AGAIN);
tell();
choose(undefined).then(resume);
