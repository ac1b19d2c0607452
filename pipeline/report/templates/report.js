"use strict";

// Language: as chosen before, else that of the browser.
const root = document.documentElement;
function speak(language) {
  root.dataset.language = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
}
function remembered() {
  try { return localStorage.getItem("jixiao-language"); } catch { return null; }
}
speak(remembered() || (navigator.language.startsWith("zh") ? "zh" : "en"));
document.getElementById("language").addEventListener("click", () => {
  speak(root.dataset.language === "zh" ? "en" : "zh");
  try { localStorage.setItem("jixiao-language", root.dataset.language); } catch { /* not kept, then */ }
});

// A form: rows and the places that they were made of light each other up.
const rows = [...document.querySelectorAll(".row")];
const places = new Map();
for (const element of document.querySelectorAll("[data-place]")) {
  const list = places.get(element.dataset.place) || [];
  places.set(element.dataset.place, [...list, element]);
}
const placesOf = (row) => row.dataset.places.split(" ").filter(Boolean);
const doubts = ["doubtful", "weak"];
for (const doubt of doubts) {
  for (const row of rows.filter((one) => one.classList.contains(doubt))) {
    for (const place of placesOf(row)) {
      for (const element of places.get(place) || []) { element.classList.remove(...doubts); element.classList.add(doubt); }
    }
  }
}
function light(lit, first) {
  for (const element of document.querySelectorAll(".lit")) element.classList.remove("lit");
  for (const element of lit) element.classList.add("lit");
  for (const button of document.querySelectorAll(".find")) {
    button.setAttribute("aria-pressed", String(button.closest(".row").classList.contains("lit")));
  }
  first?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
document.addEventListener("click", (event) => {
  if (event.target.closest("details, a")) return;
  const row = event.target.closest(".row");
  const place = event.target.closest("[data-place]");
  if (row) {
    const printed = placesOf(row).flatMap((number) => places.get(number) || []);
    light([row, ...printed], printed[0]);
  } else if (place) {
    const made = rows.filter((one) => placesOf(one).includes(place.dataset.place));
    light([...places.get(place.dataset.place), ...made], made[0]);
  }
});

// The list of forms: filings.js calls listForms(rows) with an array for each, in the order of the columns.
const SHOWN = 100;
function listForms(forms) {
  const table = document.getElementById("forms"), body = table.tBodies[0];
  const search = document.getElementById("search"), doubtful = document.getElementById("doubtful");
  const more = document.getElementById("more"), found = document.getElementById("found");
  const heads = [...table.tHead.rows[0].cells], keys = heads.map((head) => head.dataset.key);
  const texts = forms.map((form) => form.row.join("\n").toLowerCase());
  let order = forms.map((_, index) => index), shown = SHOWN;
  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = order.filter((k) => (!doubtful.checked || forms[k].review) && words.every((word) => texts[k].includes(word)));
    body.replaceChildren(...wanted.slice(0, shown).map((k) => line(forms[k])));
    more.hidden = wanted.length <= shown;
    found.textContent = `${wanted.length} / ${forms.length}`;
  }
  function line(form) {
    const row = document.createElement("tr");
    form.row.forEach((value, k) => {
      const cell = row.insertCell();
      if (k === 0 && form.page) {
        const link = document.createElement("a");
        link.href = form.page;
        link.textContent = value;
        cell.append(link);
      } else if (keys[k] === "confidence") {
        const mark = document.createElement("span");
        mark.className = `sure-mark ${form.level}`;
        mark.textContent = value.toFixed(2);
        cell.append(mark);
      } else if (Array.isArray(value)) {
        value.forEach((word, n) => {
          const span = cell.appendChild(document.createElement("span"));
          span.className = ["zh", "en"][n];
          span.lang = ["zh-CN", "en"][n];
          span.textContent = word;
        });
      } else {
        cell.textContent = value ?? "";
      }
      cell.className = heads[k].className;
    });
    return row;
  }
  heads.forEach((head, k) => head.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (index) => forms[index].row[k];
    order.sort((a, b) => {
      const one = value(a), two = value(b);
      if (one === null || two === null) return (one === null) - (two === null) || a - b;
      const less = typeof one === "number" ? one - two : String(one).localeCompare(String(two), "zh-CN");
      return (less || a - b) * (down ? -1 : 1);
    });
    draw();
  }));
  for (const control of [search, doubtful]) control.addEventListener("input", () => { shown = SHOWN; draw(); });
  more.addEventListener("click", () => { shown += SHOWN; draw(); });
  draw();
}
