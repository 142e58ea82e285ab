// The page /train: starts a training, shows what it tells, and does with it what is pressed.

import { fill, After } from "./train-after.js";
import { Chart } from "./train-chart.js";
import { Form } from "./train-form.js";
import { Readers } from "./train-readers.js";
import { Stream } from "./train-stream.js";
import { Trouble } from "./train-trouble.js";

class TrainPage extends HTMLElement {
    connectedCallback() {
        if (this.words) return;
        this.words = JSON.parse(this.dataset.words);
        const recipes = JSON.parse(this.dataset.recipes);
        this.find = (selector) => this.querySelector(selector);
        this.form = new Form(this.find("#settings"), recipes, () => this.start("go"));
        this.trouble = new Trouble(this.find("#trouble"), this.words, recipes);
        this.charts = [...this.querySelectorAll("[data-chart]")].map((figure) => new Chart(figure, this.words));
        this.after = new After(this.find("#after"), this.words);
        this.readers = new Readers(this.find("#drawn"), this.words, () => this.stream?.token);
        document.documentElement.lang = this.lang;
        document.title = this.words.title;
        this.listen();
        this.reset();
        this.refresh();
    }

    listen() {
        this.addEventListener("click", ({ target }) => {
            const action = target.closest("[data-do]")?.dataset.do;
            if (action === "start") this.start("go");
            else if (action === "lower") this.lower();
            else if (action === "pause" && this.state === "paused") this.stream.tell("go");
            else if (action && this.isRunning) this.stream.tell(action);
            else if (action) this.start(action);
        });
    }

    // A training.

    get isRunning() {
        return Boolean(this.stream && this.isMine && !this.isOver);
    }

    async start(mode) {
        const { settings } = this.form;
        this.stream?.close();
        if (this.run?.points.length && this.isMine) this.earlier = this.run;
        this.asked = settings;
        this.reset(settings);
        this.state = "starting";
        const stream = (this.stream = new Stream(
            { settings, mode, picture: await this.readers.picture() },
            (told) => this.stream === stream && this.hear(told),
            (wrong) => this.stream === stream && this.end(wrong),
        ));
        this.refresh();
    }

    reset(settings) {
        this.run = { points: [], validated: [], epochs: Number(settings?.epochs) || 1, settings };
        this.isMine = true;
        this.isOver = this.isLate = false;
        this.state = this.place = null;
        this.trouble.say();
        this.after.hide();
        this.readers.forget();
    }

    hear(told) {
        this.heard[told.kind]?.call(this, told);
        this.refresh();
    }

    heard = {
        token: ({ command }) => (this.command = command),
        place: ({ place }) => (this.place = place),
        watching: () => {
            const { place } = this;
            this.reset();
            Object.assign(this, { place, isMine: false });
        },
        yours: () => {
            this.reset(this.asked);
            this.state = "starting";
        },
        state: ({ state }) => (this.state = state),
        begin: (told) => this.begin(told),
        point: (point) => {
            this.run.points.push(point);
            const { epoch, validation_loss: loss, validation_accuracy: accuracy } = point;
            if (loss !== undefined) this.run.validated.push({ epoch, loss, accuracy });
        },
        epoch: (end) => this.run.validated.push(end),
        weights: ({ picture }) => {
            const [image, next] = [this.find("#units img"), new Image()];
            next.src = picture;
            next.decode().then(() => Object.assign(image, { src: picture, hidden: false }));
        },
        digits: ({ outputs }) => this.showDigits(outputs),
        drawing: ({ outputs }) => this.readers.follow(outputs),
        finished: (told) => {
            this.state = told.stopped ? "stopped" : "finished";
            this.run.done = told.epochs;
            this.isOver = true;
            if (!this.isMine) return;
            this.after.show(told, this.stream.token, this.command);
            this.readers.ask();
        },
        styles: ({ accuracy }) => this.isMine && this.after.styles(accuracy),
        failed: (told) => this.isMine && this.end(this.isLate ? { why: "time" } : told),
        late: () => {
            this.isLate = true;
            if (this.isMine) this.trouble.say(fill(this.words.failed_time, this.dataset));
        },
    };

    begin({ epochs, units, sizes, digits }) {
        this.run.epochs = epochs;
        const title = this.find("#units h2");
        title.textContent = sizes.length > 2 ? title.dataset.hidden : title.dataset.none;
        this.find("#units img").alt = fill(this.words.weights_alt, { count: units });
        this.find("#digits").style.setProperty("--digits", `url(${digits})`);
    }

    // The training is over, and there is nothing to keep.
    end({ sentences, detail, why }) {
        this.isOver = true;
        this.state = null;
        if (sentences) this.form.complain(sentences).focus();
        else if (why === "diverged") this.trouble.warn("diverged", this.run.settings);
        else this.trouble.say(detail ?? fill(this.words[`failed_${why}`], this.dataset));
        if (why === "lost" || !this.stream.token) {
            this.after.hide();
            this.readers.forget();
        }
        this.refresh();
    }

    lower() {
        this.form.set("learning_rate", this.trouble.rate);
        this.start("go");
    }

    // What is shown.

    showDigits(outputs) {
        this.querySelectorAll("#digits .ten").forEach((ten, digit) => {
            [...ten.children].forEach((bar, output) =>
                bar.style.setProperty("--sure", Math.min(Math.max(outputs[digit][output] ?? 0, 0), 1)));
        });
    }

    refresh() {
        this.waiting ??= requestAnimationFrame(() => {
            this.waiting = null;
            this.paint();
        });
    }

    paint() {
        const { run, earlier, words } = this;
        if (this.isMine && !this.isOver) this.trouble.look(run);
        for (const chart of this.charts) chart.show(run, earlier, earlier && this.difference(earlier));
        const last = run.points.at(-1);
        this.find("#progress").value = this.state === "finished" ? 1 : (last?.epoch ?? 0) / run.epochs;
        const state = this.find("#state");
        const text = this.told(last);
        if (state.textContent !== text) state.textContent = text;
        this.dataset.state = this.state ?? "idle";
        const isPaused = this.state === "paused";
        for (const button of this.querySelectorAll("#controls .buttons button")) {
            const action = button.dataset.do;
            if (action === "start") button.textContent = this.stream ? words.again : words.start;
            if (action === "pause") button.textContent = isPaused ? words.go : words.pause;
            if (action === "pause" || action === "stop") button.disabled = !this.isRunning;
            if (action === "batch" || action === "epoch") button.disabled = Boolean(this.stream) && !this.isOver && !this.isMine;
        }
    }

    told(last) {
        const { words, run, place, isMine } = this;
        if (place && !isMine) return `${fill(words.place, { place })} ${words.watching}`;
        if (place && this.state === null) return fill(words.place, { place });
        if (!this.state) return this.stream ? "" : words.idle;
        const epoch = Math.min(run.epochs, Math.floor((last?.epoch ?? 0) - 1e-9) + 1) || 1;
        const text = fill(words.states[this.state], { epoch, epochs: run.done ?? run.epochs });
        if (this.state !== "training" || !(last?.update > 300)) return text;
        return `${text} ${fill(words.left, { left: fill(words.seconds, { count: Math.ceil(last.left) }) })}`;
    }

    // How the earlier run's settings differ, in few words.
    difference({ settings }) {
        const now = this.run.settings ?? this.form.settings;
        const names = Object.keys(settings).filter((name) => name !== "recipe" && settings[name] !== now[name]);
        const parts = names.slice(0, 2).map((name) => `${this.words.knobs[name]} ${settings[name]}`);
        return fill(this.words.earlier_curve, { what: parts.join(", ") || this.words.earlier_same });
    }
}

customElements.define("train-page", TrainPage);
