// The page: asks the server what the drawing is, and shows what it answers.

import { Inside } from "./inside.js";
import { Pad, SIDE } from "./pad.js";
import { reduced } from "./photo.js";
import { post } from "./requests.js";

const PATIENCE = 8000; // ms: then a request counts as lost
const SLOW = 1500; // ms: then the old answer goes grey
const RETRY = 1000; // ms
const DRAFT = 200; // ms between readings while the pen is down

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

class DigitPage extends HTMLElement {
    connectedCallback() {
        const find = (selector) => this.querySelector(selector);
        this.answer = find("#answer");
        this.blank = this.answer.innerHTML;
        this.notice = find("#notice");
        this.wanted = this.answered = 0; // the newest drawing, and the one whose answer is shown
        this.pad = new Pad(find("canvas"), (lifted) => (lifted ? this.follow() : this.draft()));
        document.documentElement.lang = this.lang;
        document.title = find("h1").textContent;
        this.inside = new Inside(find("#inside"), () => this.pad.picture());
        this.listen(find);
        this.pad.restore();
    }

    // The answer follows the drawing: one request at a time, and the newest drawing next.
    async follow() {
        this.wanted++;
        this.refresh();
        if (this.pad.isBlank) this.asking?.abort();
        if (this.running) return;
        this.running = true;
        while (this.answered !== this.wanted) await this.ask(this.wanted);
        this.running = false;
    }

    draft() {
        this.refresh();
        this.drafting ??= setTimeout(() => {
            this.drafting = null;
            if (this.pad.line && !this.running) this.follow();
        }, DRAFT);
    }

    async ask(number) {
        const slow = setTimeout(() => this.answer.classList.add("stale"), SLOW);
        this.asking = new AbortController();
        const late = setTimeout(() => this.asking.abort(), PATIENCE);
        try {
            const picture = await this.pad.picture();
            const html = picture === null ? this.blank : await post("read", { picture }, this.asking.signal);
            this.answered = number;
            if (number === this.wanted || this.pad.line) this.reveal(html);
        } catch (error) {
            if (number !== this.wanted && !this.pad.line) return;
            this.answer.classList.add("stale");
            this.notice.textContent = this.notice.dataset[error.status === 429 ? "busy" : "gone"];
            await pause(RETRY);
        } finally {
            clearTimeout(slow);
            clearTimeout(late);
        }
    }

    reveal(html) {
        this.answer.innerHTML = html;
        this.answer.classList.remove("stale");
        this.notice.textContent = "";
        this.inside.follow();
        this.dataset.digits = this.answer.querySelector("[data-digits]")?.dataset.digits ?? 0;
        if (this.pad.line) return;
        // Screen readers hear the answer once, not with every draft.
        this.querySelector("#spoken").textContent =
            this.answer.querySelector(".verdict")?.innerText ?? "";
    }

    // What the tools show: what can be undone, and what is chosen.
    refresh() {
        const { pad } = this;
        const isPhoto = Boolean(pad.content().photo);
        if (!isPhoto && pad.tool === "crop") pad.tool = "pen";
        this.classList.toggle("drawn", !pad.isBlank);
        this.querySelector(".widths").hidden = isPhoto;
        this.querySelector(".photos").hidden = !isPhoto;
        const off = { undo: !pad.actions.length, redo: !pad.undone.length, clear: pad.isBlank };
        for (const button of this.querySelectorAll("[data-tool]")) {
            const { tool } = button.dataset;
            if (tool in off) button.disabled = off[tool];
            if (button.hasAttribute("aria-pressed")) button.ariaPressed = tool === pad.tool;
        }
        for (const button of this.querySelectorAll("[data-width]"))
            button.ariaPressed = Number(button.dataset.width) === pad.width;
        const cropping = this.querySelector("#cropping");
        cropping.textContent = pad.tool === "crop" ? cropping.dataset.text : "";
        if (!pad.line) this.querySelector("#thanks")?.replaceChildren();
    }

    listen(find) {
        const { pad } = this;
        const tools = {
            pen: () => (pad.tool = "pen"),
            eraser: () => (pad.tool = "eraser"),
            crop: () => (pad.tool = pad.tool === "crop" ? "pen" : "crop"),
            turn: () => pad.act({ turn: true }),
            undo: () => pad.undo(),
            redo: () => pad.redo(),
            clear: () => pad.clear(),
        };
        this.addEventListener("click", ({ target }) => {
            const button = target.closest("button");
            if (!button) return;
            const { tool, width, example } = button.dataset;
            if (tool) tools[tool]();
            if (width) pad.width = Number(width);
            if (example) pad.act({ example: linesOf(button) });
            if (tool || width) this.refresh();
            // Gradio opens its API page by a button of its own footer, which the style sheet hides.
            if (button.id === "api") document.querySelector("footer button").click();
            if (button.closest("#correct") && button.value) this.correct(button.value);
        });
        find("#typed")?.addEventListener("submit", (event) => {
            event.preventDefault();
            this.correct(event.target.elements[0].value);
        });
        pad.framing = (frame) => {
            const box = find("#frame");
            box.hidden = !frame;
            const [left, top, width, height] = (frame ?? []).map((units) => `${(100 * units) / SIDE}%`);
            Object.assign(box.style, { left, top, width, height });
        };
        find("#photo input").addEventListener("change", ({ target }) => {
            this.give(target.files[0]);
            target.value = "";
        });
        addEventListener("paste", (event) => this.give(event.clipboardData.files[0]));
        addEventListener("dragover", (event) => event.preventDefault());
        addEventListener("drop", (event) => {
            event.preventDefault();
            this.give(event.dataTransfer.files[0]);
        });
        addEventListener("keydown", (event) => {
            if (event.target.matches?.("input:not([type=file]), textarea")) return;
            const key = event.key?.toLowerCase();
            const control = event.ctrlKey || event.metaKey;
            const tool = control && (key === "y" || (key === "z" && event.shiftKey)) ? "redo"
                : control && key === "z" ? "undo"
                : ["escape", "delete", "backspace"].includes(key) ? "clear"
                : null;
            if (!tool) return;
            event.preventDefault();
            if (tool === "clear" && pad.tool === "crop") {
                pad.tool = "pen";
                this.refresh();
            } else if (tool !== "clear" || pad.isSeen) tools[tool]();
        });
    }

    async give(file) {
        if (!file) return;
        const number = (this.given = (this.given ?? 0) + 1); // a larger one may be ready later
        const photo = await reduced(file).catch(() => null);
        if (number !== this.given) return;
        if (photo) return this.pad.act({ photo });
        this.notice.textContent = this.notice.dataset.unread; // until the next answer
    }

    async correct(label) {
        const thanks = this.querySelector("#thanks");
        try {
            const picture = await this.pad.picture();
            thanks.textContent = await post("correct", { picture, label });
        } catch {
            thanks.textContent = thanks.dataset.failed;
        }
    }
}

// The lines of an example: points along its path, one line for each time that the pen is set down.
function linesOf(button) {
    return button.querySelector("path").getAttribute("d").split(/(?=M)/).map((d) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", d);
        const length = path.getTotalLength();
        const line = [];
        for (let at = 0; at <= length; at += 2) {
            const { x, y } = path.getPointAtLength(at);
            line.push(Math.round(x * 10) / 10, Math.round(y * 10) / 10);
        }
        return line;
    });
}

customElements.define("digit-page", DigitPage);
