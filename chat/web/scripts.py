"""The little that runs in the browser, because a way to the server and back would be felt."""

import json

from chat.web.markup import BUTTONS

# the message is in the conversation at once; what was said before moves up, and of that the last dozen turns stay
SEND = """(text, past, now, words) => {
  const said = document.createElement("template");
  said.innerHTML = `${past || ""}<div class="turn">${now || ""}${words || ""}</div>`;
  said.content.querySelectorAll(".looking, .writing, .replies").forEach((each) => each.remove());
  const turns = said.content.querySelectorAll(".turn");
  for (let at = 0; at < turns.length - 12; at++) turns[at].remove();
  const asked = document.createElement("p");
  asked.className = "asked";
  asked.textContent = (text || "").trim().slice(0, 200) || "(nothing)";
  const looking = '<p class="looking" role="status">Looking…</p>';
  return ["", said.innerHTML, asked.outerHTML + looking, "", "", `${Date.now()}\\n${text || ""}`];
}"""

PRESS = """element.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-kind]");
  if (pressed) trigger("click", { item: pressed.dataset.item, kind: pressed.dataset.kind });
});"""

# what an answer draws anew while somebody reads it stays open
RECALL = """element.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-does]");
  if (pressed) trigger("click", { does: pressed.dataset.does, fact: Number(pressed.dataset.fact) });
});
let open = false;
element.addEventListener("toggle", (event) => { open = event.target.open; }, true);
new MutationObserver(() => {
  const details = element.querySelector("details");
  if (open && details && !details.open) details.open = true;
}).observe(element, { childList: true, subtree: true });"""

# the card shows what the server says it noted, not what was pressed
MARK = """(note) => {
  const parsed = new DOMParser().parseFromString(note || "", "text/html").querySelector("[data-item]");
  if (!parsed) return;
  const { item, kind } = parsed.dataset;
  const card = document.querySelector(`#shelf .card[data-item="${CSS.escape(item)}"]`);
  if (!card) return;
  card.dataset.noted = kind;
  for (const each of card.querySelectorAll("button[data-kind]"))
    each.setAttribute("aria-pressed", String(each.dataset.kind === kind));
}"""

# the buttons of a list that is already there say for whom they count now
RENAME = f"""(gift) => {{
  const names = {json.dumps(BUTTONS)}[gift ? "gift" : "self"];
  for (const each of document.querySelectorAll("#shelf button[data-kind]")) {{
    const [before, name] = [each.textContent, names[each.dataset.kind]];
    each.textContent = name;
    each.ariaLabel = name + each.ariaLabel.slice(before.length);
  }}
}}"""

# a new message comes into view, its answer flows below; screen readers hear sentences as they come
BEGIN = """() => {
  // an answer to a question, or a piece taken back, is a message like any other
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#state .drop, #words .reply");
    const box = document.querySelector("#ask textarea");
    if (!pressed || !box) return;
    box.value = pressed.matches(".drop") ? `✕ ${pressed.dataset.item}` : pressed.textContent;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => document.querySelector("#ask button").click(), 50);
    if (!event.detail) box.focus(); // by keyboard: what was pressed goes away, and the focus must not
  });
  const shut = (back) => {
    const memory = document.querySelector("#memory details[open]");
    if (!memory) return;
    memory.open = false;
    if (back) memory.querySelector("summary").focus();
  };
  document.addEventListener("keydown", (event) => event.key === "Escape" && shut(true));
  document.addEventListener("click", (event) => {
    // what a button of it has just replaced is no longer in the page
    if (event.target.isConnected && !event.target.closest("#memory")) shut(false);
  });
  document.querySelector("#words")?.setAttribute("aria-live", "polite");
  document.querySelector("#note")?.setAttribute("aria-live", "polite");
  const [thread, now] = ["#thread", "#now"].map((id) => document.querySelector(id));
  let last = "";
  new MutationObserver(() => {
    const asked = now.querySelector(".looking") ? now.querySelector(".asked")?.textContent ?? "" : "";
    const wide = getComputedStyle(thread).overflowY === "auto";
    const below = thread.scrollHeight - thread.scrollTop - thread.clientHeight;
    if (wide && (asked || below < 150)) thread.scrollTop = thread.scrollHeight;
    else if (!wide && asked && asked !== last) now.scrollIntoView({ block: "start", behavior: "smooth" });
    last = asked;
  }).observe(thread, { childList: true, subtree: true, characterData: true });
}"""

# who comes back sees the end of what was said
BACK = """() => {
  const thread = document.querySelector("#thread");
  if (!document.querySelector("#past .turn, #now .asked")) return;
  if (getComputedStyle(thread).overflowY === "auto") thread.scrollTop = thread.scrollHeight;
  else document.querySelector("#words p")?.scrollIntoView({ block: "center" });
}"""

# the memory was drawn anew: the focus goes back into it
RECALLED = """() => document.querySelector("#memory summary")?.focus()"""

LEAVE = """() => {
  fetch("/console/logout", { method: "POST" }).finally(() => window.location.assign("/console/login"));
}"""
