// Suggestions while typing in a search field. Without this script the form works as it is.
(() => {
  "use strict";
  const wait = 120;
  document.querySelectorAll('form[role="search"]').forEach((form, n) => {
    const input = form.querySelector('input[type="search"]');
    const list = document.createElement("ul"), said = document.createElement("p");
    const box = input.parentNode;
    let timer, asked = 0, at = -1, options = [];
    list.id = `suggestions-${n}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", (input.labels[0] || input).textContent.trim());
    said.className = "vh";
    said.setAttribute("role", "status");
    box.classList.add("combo");
    box.append(list, said);
    const set = (name, value) => input.setAttribute(name, value);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);

    const close = () => {
      clearTimeout(timer);
      asked += 1;
      list.hidden = true;
      at = -1;
      set("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (to) => {
      at = to;
      options.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      set("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    };
    const go = (option) => { location.href = option.dataset.href; };
    const option = (one, place) => {
      const item = document.createElement("li"), shape = document.createElement("i");
      const kind = document.createElement("span");
      item.id = `${list.id}-${place}`;
      item.className = one.css;
      item.dataset.href = one.href;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      shape.className = "shape";
      shape.setAttribute("aria-hidden", "true");
      kind.className = "more";
      kind.textContent = one.kind;
      item.append(shape, " ", one.label, " ", kind);
      // Before the field loses the focus, which would close the list.
      item.addEventListener("mousedown", (event) => { event.preventDefault(); if (!event.button) go(item); });
      return item;
    };
    const show = (found) => {
      options = found.suggestions.map(option);
      list.replaceChildren(...options);
      at = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = !options.length;
      set("aria-expanded", String(!list.hidden));
      said.textContent = found.words;
    };
    const ask = async () => {
      const mine = (asked += 1), typed = input.value.trim();
      if (!typed) return close();
      try {
        const address = form.action.replace(/search$/, "suggest");
        const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
        if (answer.ok && mine === asked && document.activeElement === input) show(await answer.json());
      } catch { close(); /* no network: the form still sends what is typed */ }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, wait); });
    input.addEventListener("blur", close);
    form.addEventListener("submit", close);
    input.addEventListener("keydown", (event) => {
      const last = options.length - 1, open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) return void ask();
        mark(event.key === "ArrowDown" ? (at < last ? at + 1 : -1) : (at < 0 ? last : at - 1));
      } else if (event.key === "Enter" && open && at >= 0) {
        event.preventDefault();
        go(options[at]);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });
  });
})();
