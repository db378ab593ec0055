"use strict";
// All of the page can be read without this script. It opens what a link leads to, marks in the contents where the
// reader is, sorts tables by a column and looks for words in long ones.
{
  const make = (name, given, ...children) => {
    const made = Object.assign(document.createElement(name), given);
    made.append(...children);
    return made;
  };

  const fields = [];
  const reveal = () => {
    const target = document.querySelector(":target");
    if (!target) return;
    if (target.closest("[hidden]")) fields.forEach((clear) => clear());
    const folded = [];
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) folded.push(part);
    if (folded.every((part) => part.open)) return;
    folded.forEach((part) => (part.open = true));
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  const contents = document.querySelector(".contents details");
  if (contents && !CSS.supports("selector(::details-content)")) contents.open = matchMedia("(min-width: 40.01rem)").matches;
  const links = [...document.querySelectorAll(".contents li a")];
  const headings = links.map((link) => document.getElementById(link.getAttribute("href").slice(1)));
  const mark = () => {
    const here = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 5);
    links.forEach((link, at) => (at === here ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current")));
  };
  let asked = false;
  const later = () => {
    if (!asked) requestAnimationFrame(() => { asked = false; mark(); });
    asked = true;
  };
  addEventListener("scroll", later, { passive: true });

  const order = new Intl.Collator("zh-CN", { numeric: true });
  const said = (row, column) => {
    const cell = row.cells[column];
    const text = (cell.querySelector("data")?.value ?? cell.textContent).trim();
    const number = /^[-−]?\d[\d,]*(\.\d+)?%?$/.test(text) ? Number(text.replace("−", "-").replace(/[,%]/g, "")) : null;
    return { text: text === "—" ? "" : text, number };
  };
  const compare = (one, other, way) => {
    if (!one.text || !other.text) return !one.text - !other.text; // what is missing stands at the end
    if (one.number !== null && other.number !== null) return way * (one.number - other.number);
    return way * order.compare(one.text, other.text);
  };
  const ways = [null, "ascending", "descending"];
  const sortable = (table) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const single = rows.filter((row) => !row.classList.contains("subtotal"));
    const sums = rows.slice(single.length); // they stay below
    if (single.length < 3 || table.tHead?.rows.length !== 1 || table.querySelector("[rowspan], [colspan]")) return;
    if (!sums.every((row) => row.classList.contains("subtotal"))) return;
    const heads = [...table.tHead.rows[0].cells].filter((head) => head.textContent.trim());
    for (const head of heads) {
      const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = ways[(ways.indexOf(head.getAttribute("aria-sort")) + 1) % ways.length];
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        if (way) head.setAttribute("aria-sort", way);
        const sign = way === "descending" ? -1 : 1;
        const column = head.cellIndex;
        const sorted = way ? single.toSorted((a, b) => compare(said(a, column), said(b, column), sign)) : single;
        body.append(...sorted, ...sums);
      });
    }
  };
  document.querySelectorAll("table.data-table:not(.register)").forEach(sortable);

  const searchable = (part, before, name) => {
    const rows = [...part.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
    const groups = [...part.querySelectorAll("details")];
    const field = make("input", { type: "search", placeholder: "查找", autocomplete: "off", ariaLabel: `在“${name}”中查找` });
    const told = make("output", {});
    let open = null; // which groups the reader had opened before the search
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
      open ??= groups.map((group) => group.open);
      groups.forEach((group, at) => {
        group.hidden = !group.querySelector("tbody tr:not([hidden])");
        group.open = words.length ? true : open[at];
      });
      if (!words.length) open = null;
      told.value = words.length ? `${rows.filter(([row]) => !row.hidden).length}行` : "";
    };
    field.addEventListener("input", search);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { field.value = ""; search(); }
    });
    fields.push(() => { field.value = ""; search(); });
    before.before(make("div", { className: "search" }, field, told));
  };
  for (const part of document.querySelectorAll(".register-groups")) {
    searchable(part, part.querySelector("details"), part.querySelector(".caption").textContent);
  }
  for (const table of document.querySelectorAll("table.data-table:not(.register)")) {
    if (table.tBodies[0].rows.length > 18 && !table.querySelector("tbody [rowspan]")) {
      searchable(table, table.closest(".table-scroll"), table.caption?.textContent ?? "表");
    }
  }
  reveal();
  mark();
}
