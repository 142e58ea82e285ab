// The pad of /train, and the two networks that read what is drawn on it.

import { Pad } from "./pad.js";
import { post } from "./train-stream.js";
import { fill } from "./train-after.js";

const DRAFT = 200; // ms between readings while the pen is down
const RETRY = 1000; // ms

export class Readers {
    // `token` returns that of the training whose network reads, too.
    constructor(section, words, token) {
        Object.assign(this, { section, words, token, wanted: 0, answered: 0 });
        this.pad = new Pad(section.querySelector("canvas"), (lifted) => {
            if (lifted) return this.ask();
            this.drafting ??= setTimeout(() => {
                this.drafting = null;
                if (this.pad.line) this.ask();
            }, DRAFT);
        });
        const tools = { undo: () => this.pad.undo(), redo: () => this.pad.redo(), clear: () => this.pad.clear() };
        section.addEventListener("click", ({ target }) => tools[target.closest("[data-tool]")?.dataset.tool]?.());
        this.pad.restore();
        this.refresh();
    }

    picture() {
        return this.pad.picture().catch(() => null);
    }

    refresh() {
        const { pad } = this;
        this.section.classList.toggle("drawn", !pad.isBlank);
        const off = { undo: !pad.actions.length, redo: !pad.undone.length, clear: pad.isBlank };
        for (const button of this.section.querySelectorAll("[data-tool]")) button.disabled = off[button.dataset.tool];
    }

    // Both networks read the newest drawing, one request at a time.
    async ask() {
        this.wanted++;
        this.refresh();
        if (this.asking) return;
        this.asking = true;
        while (this.answered !== this.wanted) {
            const number = this.wanted;
            try {
                const picture = await this.picture();
                const reply = await post("draw", { picture: picture ?? "", token: this.token() ?? null });
                // 404: that training is over since, and the next question names another, or none.
                if (!reply.ok && reply.status !== 404) throw new Error(reply.statusText);
                if (reply.ok) this.show(await reply.json());
                this.answered = number;
            } catch {
                await new Promise((done) => setTimeout(done, RETRY));
            }
        }
        this.asking = false;
    }

    show({ shipped, trained }) {
        this.reads("shipped", shipped);
        if (trained || !shipped) this.reads("trained", trained);
        if (this.pad.line) return;
        const told = [["yours", trained], ["first_pages", shipped]].filter(([, read]) => read);
        this.section.querySelector("#spoken").textContent = told
            .map(([who, read]) => fill(this.words.reads, { who: this.words[who], ...read })).join(". ");
    }

    // What the network says of the drawing while it is being trained.
    follow(outputs) {
        const most = Math.max(...outputs);
        const digit = outputs.indexOf(most);
        this.reads("trained", { outputs, digit, percent: `${Math.min(99, Math.max(0, Math.round(100 * most)))}%`, certain: most > 0.5 });
    }

    // The network of before is gone.
    forget() {
        this.reads("trained", null, this.words.nothing_yet);
    }

    reads(who, read, otherwise = "") {
        const figure = this.section.querySelector(`[data-reader="${who}"]`);
        figure.querySelector("b").textContent = read ? read.digit : "";
        figure.querySelector("span").textContent = read ? (read.certain ? read.percent : this.words.unsure) : otherwise;
        [...figure.querySelector(".ten").children].forEach((bar, digit) => {
            bar.style.setProperty("--sure", Math.min(Math.max(read?.outputs[digit] ?? 0, 0), 1));
            bar.classList.toggle("right", digit === read?.digit);
        });
    }
}
