"use strict";
// All links can be used without this script. It leaves those that hold every word looked for.
{
  const years = [...document.querySelectorAll(".year")];
  const reports = years.flatMap((year) => [...year.querySelectorAll(":scope > ul > li")].map((item) => [item, year]));
  const words = reports.map(([item, year]) => `${year.firstElementChild.textContent} ${item.textContent}`.toLowerCase());
  const field = Object.assign(document.createElement("input"), { type: "search", placeholder: "查找", autocomplete: "off", ariaLabel: "在全部报告中查找" });
  const told = document.createElement("output");
  const search = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    reports.forEach(([item], at) => { item.hidden = !wanted.every((word) => words[at].includes(word)); });
    years.forEach((year) => { year.hidden = !year.querySelector("li:not([hidden])"); });
    told.value = wanted.length ? `${reports.filter(([item]) => !item.hidden).length}份` : "";
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; search(); }
  });
  if (reports.length > 3) {
    const part = Object.assign(document.createElement("div"), { className: "search" });
    part.append(field, told);
    document.querySelector("main").prepend(part);
  }
}
