// Questions: the next number is typed instead of shown.
let right = 0, tried = 0;
function check(ask) {
  const s = scene(), input = $("input", ask), verdict = $(".verdict", ask);
  const given = Number(input.value.replace(",", ".").replace("−", "-")), true_ = s.numbers[ask.dataset.answer];
  if (input.value.trim() === "" || given !== given) {
    verdict.textContent = say("a number");
    return;
  }
  if (!ask.classList.contains("done")) tried += 1;
  const good = show(given) === show(true_) || Math.abs(given - true_) <= 0.005 * Math.abs(true_);
  if (good && !ask.classList.contains("done")) right += 1;
  ask.classList.add("done", good ? "right" : "wrong");
  input.readOnly = true;
  verdict.textContent = good ? say("right") : say("wrong", { value: show(true_) });
  $("#score").textContent = say("score", { right, tried });
  const left = s.asks.filter((a) => !a.classList.contains("done"));
  if (left.length) left[0].querySelector("input").focus();
  else {
    s.answered.add(at);
    const words = s.asks.map((a) => $(".verdict", a).textContent).join(" ");
    go(at);
    $("#live").textContent = `${words} ${$("#live").textContent}`;
    $("#next").focus();
  }
}

$("#quiz").addEventListener("change", () => go(at));
for (const form of all("form.ask")) form.addEventListener("submit", (e) => { e.preventDefault(); check(form); });
on("language", () => { if (tried) $("#score").textContent = say("score", { right, tried }); });
