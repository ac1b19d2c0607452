"use strict";

// A row to decide: its places are lit, and keys do what the buttons do.
const form = document.getElementById("decide");
const choices = [...document.querySelectorAll(".choice")];
choices.forEach((button, k) => {
  button.querySelector("kbd").textContent = k < 9 ? k + 1 : "";
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const text = document.getElementById(button.dataset.column);
    text.value = button.dataset.text;
    grow(text);
    text.classList.toggle("changed", text.value !== text.dataset.proposal);
  });
});
function grow(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}
for (const text of form.querySelectorAll("textarea")) {
  grow(text);
  text.addEventListener("input", () => {
    grow(text);
    text.classList.toggle("changed", text.value !== text.dataset.proposal);
  });
}
const printed = placesOf(form).flatMap((number) => places.get(number) || []);
light(printed, printed.at(-1));
document.getElementById("save").focus({ preventScroll: true });

const buttons = { a: "save", l: "lost", u: "undo", n: "next", p: "previous" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const writing = event.target.matches("textarea, input");
  if (event.key === "Escape" && writing) event.target.blur();
  if (writing) return;
  const choice = choices[Number(event.key) - 1];
  if (event.key === "e") form.querySelector("textarea.doubted, textarea").focus();
  else if (choice) choice.click();
  else if (buttons[event.key]) document.getElementById(buttons[event.key])?.click();
  else return;
  event.preventDefault();
});
