// What the server tells is shown as text, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
const frame = byId("page");
let page = 0;

function list(place, lines) {
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  place.querySelector("ul").replaceChildren(...items);
  place.hidden = lines.length === 0;
}

// A new page is shown where the old one had been scrolled to.
function turn(number) {
  const at = page ? frame.contentWindow.scrollY : 0;
  page = number;
  frame.hidden = false;
  frame.onload = () => frame.contentWindow.scrollTo({ top: at, behavior: "instant" });
  frame.contentWindow.location.replace(new URL(`page?${number}`, location.href));
}

function show(state) {
  list(byId("faults"), state.faults);
  list(byId("remarks"), state.remarks);
  byId("remarks").querySelector("summary").textContent = `提示 ${state.remarks.length} 条`;
  byId("stale").hidden = state.page === 0;
  document.body.classList.toggle("stale", state.faults.length > 0);
  if (state.page !== page) turn(state.page);
  const time = new Date().toLocaleTimeString("zh-CN");
  byId("state").textContent = state.working ? "正在更新……" : `${time} ${state.faults.length ? "没有更新" : "已更新"}`;
}

function connect() {
  const socket = new WebSocket(new URL("changes", location.href.replace(/^http/, "ws")));
  socket.onmessage = (event) => show(JSON.parse(event.data));
  socket.onclose = () => {
    byId("state").textContent = "预览已停止：请在终端重新运行 jixiao preview，再打开新的地址";
    setTimeout(connect, 2000);
  };
}

connect();
