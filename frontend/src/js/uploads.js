// Photographs travel one by one as soon as they are taken: each with its picture and how far it has come. One that did
// not arrive stays on the page and is sent again when the network is back; the server takes the same one once.
const AGAIN = 15000;
const SIDE = 96;
const MB = 1024 * 1024;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const thumb = (id) => `thumb ${id}`;

async function drawn(file) {
  const picture = await createImageBitmap(file, { resizeHeight: SIDE, resizeQuality: "medium" });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.7);
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text, act) {
  const made = element("button", "cf-button cf-button--small", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function show(row, source) {
  if (!source || row.querySelector("img")) return;
  const picture = element("img", "cf-thumb");
  picture.src = source;
  picture.alt = "";
  row.prepend(picture);
}

class Upload {
  constructor(form, box, file, settled) {
    Object.assign(this, { form, box, file, settled, words: JSON.parse(form.dataset.uploadWords), isDone: false, isSending: false });
    this.row = element("p", "cf-file cf-file--coming");
    this.row.append(element("span", "cf-file__name", file.name));
    this.bar = this.row.appendChild(document.createElement("progress"));
    this.bar.max = 100;
    this.bar.setAttribute("aria-label", file.name);
    this.state = this.row.appendChild(element("span", "cf-file__meta"));
    this.state.setAttribute("role", "status");
    this.retry = this.row.appendChild(button(this.words.again, () => this.send()));
    this.row.append(button(this.words.drop, () => this.drop()));
    box.before(this.row);
    this.thumb = drawn(file).then((source) => { show(this.row, source); return source; }).catch(() => "");
    const wrong = this.wrong();
    if (wrong) this.refuse(wrong);
    else this.send();
  }

  wrong() {
    if (/\.hei[cf]$/i.test(this.file.name)) return fill(this.words.heic, { name: this.file.name });
    if (this.file.size > this.words.largest) return fill(this.words.large, { size: Math.ceil(this.file.size / MB) });
    return "";
  }

  send() {
    if (this.isDone || this.isSending) return;
    this.isSending = true;
    this.bar.hidden = false;
    this.say(fill(this.words.sending, { done: 0 }), false);
    const data = new FormData();
    data.append("field", this.box.dataset.shots);
    data.append("file", this.file, this.file.name);
    const sent = new XMLHttpRequest();
    sent.open("POST", this.form.dataset.upload);
    sent.setRequestHeader("X-CSRFToken", this.form.elements.csrf_token?.value ?? "");
    sent.setRequestHeader("Accept", "application/json");
    sent.upload.addEventListener("progress", (event) => {
      this.bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
      this.say(fill(this.words.sending, { done: Math.floor(this.bar.value) }), false);
    });
    sent.addEventListener("loadend", () => { this.isSending = false; this.answered(sent); this.settled(); });
    sent.send(data);
  }

  answered(sent) {
    if (sent.status === 200) return this.arrived(JSON.parse(sent.responseText).row);
    this.bar.hidden = true;
    if (sent.status === 0) return this.say(navigator.onLine ? this.words.failed : this.words.offline, true);
    if (sent.status === 401) return this.say(this.words.signedOut, true);
    if (sent.status === 429 || sent.status >= 500) return this.say(this.words.failed, true);
    let problem = "";
    try { ({ problem } = JSON.parse(sent.responseText)); } catch { /* not ours to read */ }
    return this.refuse(problem || this.words.refused);
  }

  async arrived(html) {
    this.isDone = true;
    this.row.insertAdjacentHTML("afterend", html);
    const kept = this.row.nextElementSibling;
    this.row.remove();
    // The same photograph chosen twice is one.
    if (this.box.parentElement.querySelectorAll(`[data-file="${kept.dataset.file}"]`).length > 1) return kept.remove();
    this.form.dispatchEvent(new Event("cf:save")); // the draft names it from now on
    const source = await this.thumb;
    show(kept, source);
    try { sessionStorage.setItem(thumb(kept.dataset.file), source); } catch { /* full: the page goes without */ }
    return undefined;
  }

  refuse(text) {
    this.isDone = true;
    this.bar.hidden = true;
    this.retry.remove();
    this.say(text, true);
  }

  drop() {
    this.isDone = true;
    this.row.remove();
    this.settled();
  }

  say(text, isBad) {
    if (this.state.textContent !== text) this.state.textContent = text;
    this.row.classList.toggle("cf-file--bad", isBad);
    this.retry.hidden = !isBad;
  }
}

function mind(form) {
  const uploads = [];
  let pressed = null; // the button that hands in as soon as all have come
  const waiting = () => uploads.filter((each) => !each.isDone);
  const again = () => waiting().forEach((each) => each.send());
  const settled = () => {
    const left = waiting();
    if (!pressed || left.some((each) => each.isSending)) return;
    const button = pressed;
    pressed = null;
    if (!left.length) return form.requestSubmit(button);
    left[0].say(left[0].words.waiting, true);
    left[0].row.scrollIntoView({ block: "center" });
  };
  form.querySelectorAll("[data-shots]").forEach((box) => {
    box.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = ""; // they travel on their own, not once more with the form
      files.forEach((file) => uploads.push(new Upload(form, box, file, settled)));
    }));
    box.parentElement.querySelectorAll("[data-file]").forEach((row) => show(row, sessionStorage.getItem(thumb(row.dataset.file))));
  });
  form.addEventListener("submit", (event) => {
    if (!waiting().length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
    settled();
  }, true);
  addEventListener("online", again);
  setInterval(() => { if (navigator.onLine) again(); }, AGAIN);
  addEventListener("beforeunload", (event) => { if (waiting().length) event.preventDefault(); });
}

export function startUploads() {
  document.querySelectorAll("form[data-upload]").forEach(mind);
}
