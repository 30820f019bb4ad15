// Keeps the overview fresh: fetches the part that changes, rests while nobody looks, and says so
// when the connection is lost.
"use strict";

const EVERY_MS = 1500;
const BACK_OFF_MAX_MS = 30000;
const live = document.getElementById("live");
const lost = document.getElementById("lost");
let failures = 0;
let timer = 0;

function newestPosition() {
  const first = live.querySelector(".events li[data-position]");
  return first ? Number(first.dataset.position) : 0;
}

function show(html) {
  const seen = newestPosition();
  const part = new DOMParser().parseFromString(html, "text/html");
  live.replaceChildren(...part.body.childNodes);
  for (const line of live.querySelectorAll(".events li[data-position]")) {
    if (Number(line.dataset.position) > seen) line.classList.add("fresh");
  }
}

async function refresh() {
  try {
    const answer = await fetch("/overview/part", {
      cache: "no-store",
      signal: AbortSignal.timeout(10000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text());
    failures = 0;
  } catch {
    failures += 1;
  }
  lost.hidden = failures < 2;
  live.classList.toggle("stale", failures >= 2);
  plan(Math.min(EVERY_MS * 2 ** failures, BACK_OFF_MAX_MS));
}

function plan(delay) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, delay);
}

document.addEventListener("visibilitychange", () => plan(0));
plan(EVERY_MS);
