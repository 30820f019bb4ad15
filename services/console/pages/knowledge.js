// Asks the search door and shows what answers. Everything is set as text, never as markup; what was
// typed stays in this page and in the body of the request.
"use strict";

const form = document.getElementById("ask");
const text = document.getElementById("text");
const key = document.getElementById("key");
const told = document.getElementById("told");
const found = document.getElementById("found");
const template = document.getElementById("article");
let asked = 0;

function part(article) {
  const item = template.content.cloneNode(true);
  const set = (selector, words) => {
    item.querySelector(selector).textContent = words;
  };
  const words = article.found_by.words.map((word) => `“${word}”`).join("、");
  set("h2", article.heading);
  set(".answer", article.answer);
  set(".contact", article.contact_point || "–");
  set(".basis", article.basis || "–");
  set(".why", `${words || "事项"}，占所问 ${Math.round(article.found_by.share * 100)}%`);
  set(".id", `${article.code} 第 ${article.number} 版，自 ${article.valid_from} 起`);
  return item;
}

function needKey() {
  document.getElementById("key-label").hidden = false;
  key.hidden = false;
  key.focus();
  told.textContent = "请输入接口密钥。";
}

async function search() {
  asked += 1;
  const mine = asked;
  told.textContent = "查找中…";
  const headers = { "Content-Type": "application/json" };
  if (key.value) headers["X-Api-Key"] = key.value;
  const answer = await fetch("/api/v1/knowledge/search", {
    method: "POST",
    headers,
    body: JSON.stringify({ text: text.value }),
    cache: "no-store",
    signal: AbortSignal.timeout(10000),
  });
  if (mine !== asked) return; // a later question is under way
  found.replaceChildren();
  if (answer.status === 401) {
    needKey();
    return;
  }
  const said = await answer.json();
  if (!answer.ok) {
    told.textContent = said.detail;
    return;
  }
  found.replaceChildren(...said.articles.map(part));
  told.textContent = said.articles.length
    ? "仅列现行文章；答复前请核对是否适用。"
    : "没有找到现行的解答文章，请按流程受理派单。";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search().catch(() => {
    found.replaceChildren();
    told.textContent = "连接失败，请重试。";
  });
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
