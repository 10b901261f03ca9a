// Nobody has chosen a time zone yet: tell the server the browser's. It keeps what the learner chose, if they did meanwhile.
const meta = document.querySelector("meta[name=study-timezone-url]");
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (meta && timeZone) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(meta.content, { method: "POST", headers, body: new URLSearchParams({ timezone: timeZone }) });
}
