// Saves the drawing into the draft: by Ctrl S, and by itself when drawing rests. Who saved in between is told, and
// what was drawn here stays on the screen.
const DELAY = 3000;

export class Saving {
  constructor(section, modeler, setup, panel) {
    Object.assign(this, { section, modeler, setup, panel, said: ["", false], seen: setup.seen, dirty: false, running: false, stopped: false });
    this.state = section.querySelector("[data-save-state]");
    this.conflict = section.querySelector("[data-conflict]");
    section.querySelector("[data-save]")?.addEventListener("click", () => this.now());
    section.querySelector("[data-overwrite]")?.addEventListener("click", () => this.overwrite());
    section.querySelector("[data-download]")?.addEventListener("click", () => this.download());
    addEventListener("beforeunload", (event) => { if (this.dirty || this.panel.unmended().length) event.preventDefault(); });
  }

  later() {
    this.dirty = true;
    this.#say(this.setup.words.changed);
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.now(), DELAY);
  }

  #say(words, isBad = false) {
    this.said = [words, isBad];
    this.again();
  }

  // What the panel could not take is not in the file: nobody shall read "saved" over it.
  again() {
    const [words, isBad] = this.said;
    const isWrong = !isBad && this.panel.unmended().length > 0;
    this.state.textContent = isWrong ? this.setup.words.wrong : words;
    this.state.classList.toggle("cf-draft--bad", isBad || isWrong);
  }

  async now() {
    clearTimeout(this.timer);
    if (!this.dirty || this.running || this.setup.readonly) return;
    this.running = true;
    this.dirty = false;
    this.#say(this.setup.words.saving);
    try {
      await this.#send();
    } catch {
      this.#failed(this.setup.words.offline);
    } finally {
      this.running = false;
      if (this.dirty && !this.stopped) this.later();
    }
  }

  async #send() {
    const { xml } = await this.modeler.saveXML({ format: true });
    const answer = await fetch(this.setup.save, {
      method: "POST", body: xml,
      headers: {
        "Content-Type": "application/xml", "X-CSRFToken": this.setup.token, Accept: "application/json",
        "X-Draft-Seen": this.seen,
      },
    });
    if (answer.ok) return this.#saved(await answer.json());
    if (answer.status === 409) return this.#conflicts(await answer.json());
    if (answer.status === 401) return this.#failed(this.setup.words.signedOut);
    const told = await answer.json().catch(() => ({}));
    return this.#failed(told.error ?? this.setup.words.failed);
  }

  #saved({ seen, saved }) {
    this.seen = seen;
    this.stopped = false;
    this.conflict.hidden = true;
    if (!this.dirty) this.#say(this.setup.words.saved.replace("{time}", saved));
  }

  #failed(words) {
    this.dirty = true;
    this.stopped = true;
    this.#say(words, true);
  }

  #conflicts({ seen, error }) {
    this.#failed(this.setup.words.conflict);
    this.theirs = seen;
    this.conflict.hidden = !seen;
    this.conflict.querySelector("[data-conflict-words]").textContent = error;
  }

  overwrite() {
    this.seen = this.theirs;
    this.stopped = false;
    this.now();
  }

  async download() {
    const { xml } = await this.modeler.saveXML({ format: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
    link.download = this.setup.file;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
