"use strict";
// Tables sort by a press on a column's head: up, down, as they were. Without this script they are tables all the same.
const words = new Intl.Collator("en", {numeric: true});
const lost = {inf: Infinity, "-inf": -Infinity};

function key(row, column, numeric) {
  const cell = row.cells[column];
  const text = cell.title || cell.textContent;
  if (!numeric) return text;
  return text in lost ? lost[text] : text === "" ? NaN : Number(text.replaceAll(",", ""));
}

function compare(one, other) {
  const missing = (value) => value === "" || Number.isNaN(value);
  if (missing(one) || missing(other)) return 0;
  return typeof one === "number" ? (one < other ? -1 : one > other ? 1 : 0) : words.compare(one, other);
}

function sort(body, rows, column, numeric, sign) {
  const keyed = rows.map((row) => [key(row, column, numeric), row]);
  const empty = ([value]) => value === "" || Number.isNaN(value);
  const filled = keyed.filter((one) => !empty(one)).sort((one, other) => sign * compare(one[0], other[0]));
  body.append(...[...filled, ...keyed.filter(empty)].map(([, row]) => row));
}

for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = {ascending: "descending", descending: null}[head.ariaSort];
      const order = next === undefined ? "ascending" : next;
      for (const other of heads) other.removeAttribute("aria-sort");
      if (order === null) {
        body.append(...rows);
        return;
      }
      head.setAttribute("aria-sort", order);
      sort(body, rows, column, head.className === "n", order === "ascending" ? 1 : -1);
    });
  });
}
